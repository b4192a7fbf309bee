//! A stranger reads our files: `tests/format/reader.py`, written in another language from
//! `docs/format.md` alone. It verifies more than the library has to, down to the last byte, and shows
//! each value as JSON; here are files of every shape, and what it must say of them.
//!
//! Needs `python3`. Without it these tests say so and pass.

#![allow(
    missing_docs,
    clippy::pedantic,
    clippy::box_collection,
    clippy::manual_is_multiple_of,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "values of every shape, whatever a program would rather use"
)]

use parcode::{Builder, Parcode, ParcodeObject, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::Write;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[path = "format/wide.rs"]
mod wide;

/// How a value is written, and what of a file must have been used for the case to be worth it.
struct Case {
    builder: Builder,
    threshold: usize,
    chunk_size: usize,
    used: &'static [&'static str],
}

fn case(threshold: usize, chunk_size: usize, used: &'static [&'static str]) -> Case {
    Case {
        builder: Parcode::builder()
            .inline_threshold(threshold)
            .chunk_size(chunk_size),
        threshold,
        chunk_size,
        used,
    }
}

/// As a program that sets nothing writes it.
fn plainly(used: &'static [&'static str]) -> Case {
    case(1024, 64 << 10, used)
}

impl Case {
    fn compressed(mut self) -> Self {
        self.builder = self.builder.compression(true);
        self
    }

    /// Saves `value`, and has the stranger read it.
    #[track_caller]
    fn read<T: Store + Json + ?Sized>(&self, value: &T) {
        let mut bytes = Vec::new();
        self.builder
            .clone()
            .metadata("written by", "us")
            .metadata("a", "\"quoted\"")
            .write_to_writer(&mut bytes, value)
            .unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();

        let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/format/reader.py");
        let output = Command::new("python3")
            .args(["-B", reader])
            .arg(file.path())
            .args([
                "--writer",
                &self.threshold.to_string(),
                &self.chunk_size.to_string(),
            ])
            .output();
        let output = match output {
            Ok(output) => output,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                println!("python3 is not here: the stranger could not read anything");
                return;
            }
            Err(error) => panic!("python3 does not start: {error}"),
        };
        let said = String::from_utf8(output.stdout).unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            let kept = std::env::temp_dir().join("stranger.par");
            std::fs::write(&kept, &bytes).unwrap();
            panic!("the stranger refuses {}: {complaint}", kept.display());
        }
        let (report, shown) = said.trim_end().split_once(",\"value\":").expect(&said);
        assert!(
            report.contains(r#""metadata":{"a":"\"quoted\"","written by":"us"}"#),
            "{report}"
        );
        let mut expected = String::new();
        value.json(&mut expected);
        expected.push('}');
        if shown != expected {
            let parts = shown.bytes().zip(expected.bytes());
            let at = parts.take_while(|(a, b)| a == b).count();
            let near = |text: &str| {
                text.chars()
                    .skip(at.saturating_sub(60))
                    .take(160)
                    .collect::<String>()
            };
            panic!(
                "at {at}, shown …{}…, expected …{}…",
                near(shown),
                near(&expected)
            );
        }
        for what in self.used {
            let none = format!("\"{what}\":0");
            assert!(
                !report.contains(&none),
                "nothing here is or has {what}: {report}"
            );
            assert!(
                report.contains(&format!("\"{what}\":")),
                "no such thing: {what}"
            );
        }
    }
}

#[derive(ParcodeObject, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    Nothing,
    One(u16),
    Named { text: String, number: i64 },
    Deep(Box<Kind>),
}

#[derive(ParcodeObject, Clone, Copy, Debug)]
#[parcode(plain)]
#[repr(C)]
struct Point {
    at: [f64; 2],
    id: u32,
    flags: [u16; 2],
}

#[derive(ParcodeObject, Clone, Debug, Default)]
struct Item {
    name: String,
    #[parcode(chunkable)]
    sizes: Vec<u32>,
    #[parcode(chunkable)]
    tags: Option<Vec<String>>,
    #[parcode(map)]
    prices: HashMap<String, i16>,
    price: Option<f32>,
}

#[derive(ParcodeObject, Clone, Debug)]
struct World {
    id: u8,
    name: String,
    boxed_name: Box<str>,
    unaligned: Vec<u64>,
    no_floats: Vec<f64>,
    kinds: Vec<Kind>,
    wide: Vec<wide::Wide>,
    units: Vec<()>,
    result: Vec<Result<u8, String>>,
    ranges: (std::ops::Range<u8>, std::ops::RangeInclusive<u8>),
    #[parcode(chunkable)]
    item: Item,
    #[parcode(chunkable)]
    points: Vec<Point>,
    #[parcode(chunkable)]
    bytes: Vec<u8>,
    #[parcode(chunkable, compression = "lz4")]
    packed: Vec<u32>,
    #[parcode(chunkable)]
    text: String,
    #[parcode(chunkable)]
    boxed: Box<Item>,
    #[parcode(chunkable)]
    boxed_list: Box<Vec<u16>>,
    #[parcode(chunkable)]
    pair: (u16, String),
    #[parcode(chunkable)]
    array: [Option<u32>; 3],
    #[parcode(chunkable)]
    maybe: Option<Option<String>>,
    #[parcode(map)]
    items: BTreeMap<String, Item>,
    #[parcode(map)]
    set: HashSet<i32>,
    #[parcode(chunkable)]
    more: Vec<Item>,
    #[parcode(chunkable)]
    kind: Kind,
}

fn item(i: usize) -> Item {
    Item {
        name: format!("item {i} «ü»"),
        sizes: (0..i as u32 % 400).collect(),
        tags: (i % 3 > 0).then(|| (0..i % 40).map(|tag| format!("tag {tag}")).collect()),
        prices: (0..i % 60)
            .map(|price| (format!("in {price}"), price as i16 - 30))
            .collect(),
        price: (i % 2 == 0).then_some(i as f32 / 3.0),
    }
}

fn world(size: usize) -> World {
    World {
        id: 7,
        name: "A \"world\"\n".into(),
        boxed_name: "of types that are stored alike".into(),
        unaligned: vec![1, u64::MAX],
        no_floats: Vec::new(),
        kinds: vec![
            Kind::Nothing,
            Kind::One(300),
            Kind::Named {
                text: "text".into(),
                number: -5,
            },
            Kind::Deep(Box::new(Kind::Deep(Box::new(Kind::Nothing)))),
        ],
        wide: vec![wide::Wide::V0, wide::Wide::V256],
        units: vec![(); 5],
        result: vec![Ok(3), Err("none".into())],
        ranges: (1..5, 2..=9),
        item: item(size),
        points: (0..size as u32)
            .map(|id| Point {
                at: [f64::from(id) / 7.0, -0.0],
                id,
                flags: [1, id as u16],
            })
            .collect(),
        bytes: (0..size * 9).map(|i| (i * i) as u8).collect(),
        packed: (0..size as u32 * 20).map(|i| i / 100).collect(),
        text: "long text, ".repeat(size),
        boxed: Box::new(item(size / 2 + 1)),
        boxed_list: Box::new((0..size as u16).collect()),
        pair: (9, "part ".repeat(size)),
        array: [None, Some(1), Some(u32::MAX)],
        maybe: Some(Some("maybe ".repeat(size))),
        items: (0..size / 4)
            .map(|i| (format!("key {i}"), item(i)))
            .collect(),
        set: (0..size as i32).map(|i| i * 1_000_003 - 500_000).collect(),
        more: (0..size / 2).map(item).collect(),
        kind: Kind::One(1),
    }
}

#[test]
fn a_struct_of_everything() {
    plainly(&["home"]).read(&world(3));
    plainly(&["home", "away", "extents", "home_indexes"]).read(&world(300));
    plainly(&["compressed", "arranged"])
        .compressed()
        .read(&world(200));
    case(0, 1024, &["away", "extents", "home_indexes", "even"]).read(&world(100));
    case(0, 1024, &["away", "compressed", "arranged"])
        .compressed()
        .read(&world(60));
    case(1 << 20, 64 << 10, &["home"]).read(&world(60));
}

#[test]
fn roots_of_every_kind() {
    plainly(&[]).read(&());
    plainly(&[]).read(&7i64);
    plainly(&[]).read("borrowed text");
    plainly(&["away"]).read(&"x".repeat(2000));
    plainly(&["home"]).read(&Box::new(5u8));
    plainly(&["home"]).read(&Box::new("a spanned pointee".to_string()));
    plainly(&["home"]).read(&(1u8, 'ß', [true, false]));
    plainly(&[]).read(&Some(Some(3u8)));
    plainly(&["home"]).read(&Some(vec![1u8]));
    plainly(&[]).read(&None::<Vec<u64>>);
    plainly(&[]).read(&Kind::Nothing);
    plainly(&["away"]).read(&vec![(); 3000]);
    plainly(&["home"]).read(&vec![[0u32; 0]; 3]);
    plainly(&["away"]).read(&vec![[7u32; 0]; 3000]);
}

#[test]
fn extents() {
    plainly(&["extents"]).read(&(0..1000u16).collect::<Vec<_>>());
    plainly(&["extents"]).read(&(0..40_000u64).map(|i| i * i).collect::<Vec<_>>());
    // Elements that fill pages unevenly, in more pages than there are checksums at home.
    let mut large = vec![[0u64; 5000]; 130];
    let numbers = large.as_flattened_mut().iter_mut();
    numbers.zip(0u64..).for_each(|(number, i)| *number = i * i);
    plainly(&["extents", "levels"]).read(&large);
    plainly(&["extents"]).read(&vec![[7u8; 70_000]; 3]);
    plainly(&["extents"]).read(&(0..500).map(|i| i << 70).collect::<Vec<u128>>());
    let arranged = || plainly(&["compressed", "arranged"]).compressed();
    arranged().read(&(0..40_000u64).map(|i| i * i).collect::<Vec<_>>());
    arranged().read(&vec![[7u16; 300]; 40]);
    arranged().read(
        &(0..5000u16)
            .map(|i| i.wrapping_mul(i) % 16)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn shards() {
    let texts: Vec<String> = (0..30_000).map(|i| i.to_string()).collect();
    plainly(&["even", "home_indexes"]).read(&texts);
    case(1024, 1024, &["even", "indexes"]).read(&texts);
    plainly(&["even", "compressed", "arranged"])
        .compressed()
        .read(&texts);
    plainly(&["even", "compressed"])
        .compressed()
        .read(&(0..50_000).map(|i| i / 9).collect::<Vec<i64>>());
    let uneven = |i: usize| "x".repeat(if i % 700 == 300 { 50_000 } else { i % 9 });
    case(1024, 4096, &["uneven"]).read(&(0..2000).map(uneven).collect::<Vec<_>>());
    let nested: Vec<Vec<Option<String>>> = (0..500)
        .map(|i| vec![Some(i.to_string()), None, Some(uneven(i))])
        .collect();
    case(1024, 4096, &["uneven"]).read(&nested);
    let items: Vec<Item> = (0..600).map(item).collect();
    case(64, 4096, &["away", "extents"]).read(&items);
    case(64, 4096, &["away", "compressed", "arranged"])
        .compressed()
        .read(&items);
}

#[test]
fn deques() {
    let mut deque: VecDeque<u32> = (5..2000).collect();
    (0..5).rev().for_each(|i| deque.push_front(i));
    assert!(!deque.as_slices().1.is_empty());
    plainly(&["extents"]).read(&deque);
    let mut texts: VecDeque<String> = (5..3000).map(|i| i.to_string()).collect();
    (0..5).rev().for_each(|i| texts.push_front(i.to_string()));
    case(1024, 4096, &["even"]).read(&texts);
    plainly(&[]).read(&(1u8, deque));
}

#[test]
fn maps() {
    let hashed: HashMap<String, u32> = (0..20_000).map(|i| (format!("Hero{i}"), i)).collect();
    plainly(&["hashed", "indexes"]).read(&hashed);
    case(1024, 256 << 10, &["hashed", "home_indexes"]).read(&hashed);
    case(1024, 8192, &["hashed", "indexes"]).read(&hashed);
    plainly(&["hashed", "compressed", "arranged"])
        .compressed()
        .read(&hashed);
    let ordered: BTreeMap<String, u32> = hashed.into_iter().collect();
    plainly(&["ordered"]).read(&ordered);
    case(1024, 4096, &["ordered", "indexes"]).read(&ordered);
    // Entries of which some would make a share too large.
    let uneven = |i: u32| (i, "x".repeat(if i % 50 == 7 { 9000 } else { 3 }));
    let uneven: HashMap<u32, String> = (0..500).map(uneven).collect();
    plainly(&[]).read(&(1u8, uneven.clone()));
    case(1024, 8192, &["hashed"]).read(&uneven);
    for n in [0, 1, 8, 9, 10, 100] {
        plainly(&[]).read(&(
            1u8,
            (0..n).collect::<HashSet<u16>>(),
            (0..n).collect::<BTreeSet<u16>>(),
        ));
    }
    // A table whose fragments are wide, in one chunk.
    let wide: HashSet<u32> = (0..5000).collect();
    case(0, 64 << 20, &["away"]).read(&wide);
    case(0, 64 << 20, &["compressed", "arranged"])
        .compressed()
        .read(&wide);
    case(0, 1024, &["away"]).read(&HashSet::from([()]));
}

/// A tree through boxes, lists and maps, one type through another.
#[derive(ParcodeObject, Clone, Debug, Default)]
struct Tree {
    left: Option<Box<Tree>>,
    #[parcode(chunkable)]
    right: Option<Box<Tree>>,
    #[parcode(chunkable)]
    leaves: Vec<Leaf>,
}

#[derive(ParcodeObject, Clone, Debug, Default)]
struct Leaf {
    #[parcode(map)]
    trees: HashMap<u8, Tree>,
    text: String,
}

fn tree(depth: u32) -> Tree {
    if depth == 0 {
        return Tree::default();
    }
    let leaf = |i: u32| Leaf {
        trees: (0..i % 3)
            .map(|key| (key as u8, tree(depth.saturating_sub(4))))
            .collect(),
        text: "leaf ".repeat(i as usize),
    };
    Tree {
        left: Some(Box::new(tree(depth - 1))),
        right: Some(Box::new(tree(depth.saturating_sub(2)))),
        leaves: (0..depth).map(leaf).collect(),
    }
}

#[test]
fn recursion() {
    plainly(&["home", "away", "deepest"]).read(&tree(7));
    case(40, 1024, &["home", "away"]).read(&tree(6));
    case(0, 1024, &["away"]).read(&tree(6));
    plainly(&["compressed", "arranged"])
        .compressed()
        .read(&tree(8));
    case(40, 4096, &["compressed", "arranged"])
        .compressed()
        .read(&tree(8));
}

/// Keys in both kinds of map, in shards and inline, and with a part behind them. Borrowed, so that
/// the derive writes the saving half alone.
#[derive(ParcodeObject)]
struct Keys<'k, K> {
    #[parcode(chunkable)]
    ordered: &'k BTreeSet<K>,
    #[parcode(chunkable)]
    hashed: &'k HashMap<K, u16>,
    inline: &'k HashMap<K, u16>,
    followed: &'k BTreeSet<(K, u8)>,
}

#[track_caller]
fn keys<K>(keys: impl IntoIterator<Item = K>)
where
    K: Store + Json + Clone + Ord + Hash,
{
    let keys: BTreeSet<K> = keys.into_iter().collect();
    let hashed: HashMap<K, u16> = keys.iter().cloned().zip(0..).collect();
    let followed: BTreeSet<(K, u8)> = keys.iter().cloned().map(|key| (key, 1)).collect();
    case(0, 1024, &["away"]).read(&Keys {
        ordered: &keys,
        hashed: &hashed,
        inline: &hashed,
        followed: &followed,
    });
}

/// A key of every kind, each where it ends the whole.
#[derive(ParcodeObject, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Unit(()),
    Bool(bool),
    Char(char),
    Unsigned(u8, u16, u32, u64, u128),
    Signed(i8, i16, i32, i64, i128),
    Text(String),
    BoxedText(Box<str>),
    Pair((String, i32)),
    Behind(i32, String),
    Array([String; 2]),
    Numbers([u8; 2]),
    Option(Option<String>),
    Options(Option<String>, Option<String>),
    Bytes(Vec<u8>),
    BytesAndMore(Vec<u8>, Vec<u16>, Vec<u8>),
    Words(Vec<u16>),
    Texts(Vec<String>),
    Boxed(Box<String>),
    Set(BTreeSet<u8>),
    SetAndMore(BTreeSet<String>, u8),
    Kind(Kind),
    NonZero(NonZero<i32>),
    Duration(Duration),
    Address(IpAddr),
    Path(PathBuf, u8),
}

#[test]
fn keys_of_every_kind() {
    keys([()]);
    keys(0..300u32);
    keys(-150..150i64);
    keys((0..2000).map(|i| format!("a longer key that shards share {i:05}")));

    let texts = ["", "\0", "\0\0", "a", "a\0", "a\0b", "ab", "ü"];
    let chars = |text: &str| text.chars().map(|c| c as u16).collect::<Vec<_>>();
    let mut all = vec![
        Key::Unit(()),
        Key::Bool(false),
        Key::Bool(true),
        Key::Unsigned(0, 1, 2, 3, 4),
        Key::Unsigned(u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX),
        Key::Signed(-1, 300, -5, i64::MAX, 0),
        Key::Signed(i8::MIN, i16::MIN, i32::MIN, i64::MIN, i128::MIN),
        Key::Signed(1, 0, 1, 0, i128::MAX),
        Key::Numbers([1, 2]),
        Key::Option(None),
        Key::Kind(Kind::Nothing),
        Key::Kind(Kind::One(2)),
        Key::Kind(Kind::Deep(Box::new(Kind::One(1)))),
        Key::Duration(Duration::from_millis(60)),
        Key::Address(IpAddr::from([127, 0, 0, 1])),
        Key::Address(IpAddr::from(Ipv6Addr::LOCALHOST)),
    ];
    all.extend(['a', 'ß', '\u{10FFFF}', '\0'].map(Key::Char));
    all.extend([1, -1, 100].map(|n| Key::NonZero(NonZero::new(n).unwrap())));
    for text in texts {
        let (own, bytes) = (text.to_string(), text.as_bytes().to_vec());
        all.extend([
            Key::Text(own.clone()),
            Key::BoxedText(text.into()),
            Key::Pair((own.clone(), text.len() as i32)),
            Key::Behind(-1, own.clone()),
            Key::Array([own.clone(), "x".into()]),
            Key::Option(Some(own.clone())),
            Key::Options(Some(own.clone()), Some(own.clone())),
            Key::Options(Some(own.clone()), None),
            Key::Bytes(bytes.clone()),
            Key::BytesAndMore(bytes.clone(), chars(text), bytes.clone()),
            Key::Words(chars(text)),
            Key::Texts(vec![own.clone(); text.len()]),
            Key::Boxed(Box::new(own.clone())),
            Key::Set(text.bytes().collect()),
            Key::SetAndMore(text.chars().map(String::from).collect(), 1),
            Key::Kind(Kind::Named {
                text: own,
                number: -1,
            }),
        ]);
    }
    let paths = ["", "/", "a/b", "a//b/", "./a", "a/./b/..", "/a-b", "/a/b"].map(PathBuf::from);
    all.extend(paths.iter().map(|path| Key::Path(path.clone(), 1)));
    keys(all);
    keys(paths);
}

#[test]
fn named_types() {
    let v4 = Ipv4Addr::new(10, 0, 0, 1);
    let v6 = Ipv6Addr::LOCALHOST;
    let socket_v4 = SocketAddrV4::new(v4, 80);
    let socket_v6 = SocketAddrV6::new(v6, 81, 2, 3);
    plainly(&[]).read(&(
        vec![Duration::from_millis(1234)],
        vec![
            UNIX_EPOCH + Duration::from_millis(1500),
            UNIX_EPOCH - Duration::from_millis(1500),
        ],
        vec![NonZero::<u16>::MIN],
        (v4, v6, socket_v4, socket_v6),
        vec![IpAddr::V4(v4), IpAddr::V6(v6)],
        vec![SocketAddr::V4(socket_v4), SocketAddr::V6(socket_v6)],
        vec![PathBuf::from("a/path")],
        (.., vec![1.5f32, f32::NAN], vec![-0.0f64]),
    ));
}

// --- What the stranger shows of a value ---------------------------------------------------------

/// A value as `reader.py` says it shows it.
trait Json {
    fn json(&self, out: &mut String);
}

fn list<'j, T: Json + 'j + ?Sized>(out: &mut String, parts: impl IntoIterator<Item = &'j T>) {
    out.push('[');
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        part.json(out);
    }
    out.push(']');
}

/// A struct under a name of its own.
fn named(out: &mut String, name: &str, fields: &[(&str, &dyn Json)]) {
    out.push_str(&format!("{{\"{name}\":"));
    object(out, fields);
    out.push('}');
}

fn object(out: &mut String, fields: &[(&str, &dyn Json)]) {
    out.push('{');
    for (i, (name, value)) in fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        name.json(out);
        out.push(':');
        value.json(out);
    }
    out.push('}');
}

fn derived_enum(out: &mut String, variant: &str, fields: &[(&str, &dyn Json)]) {
    struct Fields<'f>(&'f [(&'f str, &'f dyn Json)]);
    impl Json for Fields<'_> {
        fn json(&self, out: &mut String) {
            object(out, self.0);
        }
    }
    object(out, &[(variant, &Fields(fields))]);
}

macro_rules! shown {
    ($($type:ty: |$this:ident, $out:ident| $show:expr;)*) => {$(
        impl Json for $type {
            fn json(&self, $out: &mut String) {
                let $this = self;
                $show;
            }
        }
    )*};
}

macro_rules! numbers {
    ($($number:ty)*) => {
        shown! { $($number: |this, out| write!(out, "{this}").unwrap();)* }
    };
}

numbers!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 bool);

shown! {
    f32: |this, out| write!(out, "\"{:08x}\"", this.to_bits()).unwrap();
    f64: |this, out| write!(out, "\"{:016x}\"", this.to_bits()).unwrap();
    (): |_this, out| out.push_str("null");
    char: |this, out| this.to_string().json(out);
    String: |this, out| str::json(this, out);
    Box<str>: |this, out| str::json(this, out);
    Duration: |this, out| object(out, &[("Duration", &(this.as_secs(), this.subsec_nanos()))]);
    SystemTime: |this, out| {
        let (seconds, nanos) = match this.duration_since(UNIX_EPOCH) {
            Ok(after) => (after.as_secs() as i64, after.subsec_nanos()),
            Err(before) => {
                let before = before.duration();
                (-(before.as_secs() as i64) - 1, 1_000_000_000 - before.subsec_nanos())
            }
        };
        object(out, &[("SystemTime", &(seconds, nanos))]);
    };
    NonZero<u16>: |this, out| object(out, &[("NonZero", &this.get())]);
    NonZero<i32>: |this, out| object(out, &[("NonZero", &this.get())]);
    Ipv4Addr: |this, out| object(out, &[("Ipv4Addr", &this.octets())]);
    Ipv6Addr: |this, out| object(out, &[("Ipv6Addr", &this.octets())]);
    IpAddr: |this, out| object(out, &[("IpAddr", &ip_parts(*this))]);
    SocketAddrV4: |this, out| object(out, &[("SocketAddrV4", &(this.ip().octets(), this.port()))]);
    SocketAddrV6: |this, out| {
        let parts = (this.ip().octets(), this.port(), this.flowinfo(), this.scope_id());
        object(out, &[("SocketAddrV6", &parts)]);
    };
    SocketAddr: |this, out| {
        let (version, octets) = ip_parts(this.ip());
        let (flow, scope) = match this {
            SocketAddr::V4(_) => (0, 0),
            SocketAddr::V6(v6) => (v6.flowinfo(), v6.scope_id()),
        };
        object(out, &[("SocketAddr", &(version, octets, this.port(), flow, scope))]);
    };
    PathBuf: |this, out| Path::json(this, out);
    Path: |this, out| object(out, &[("Path", &this.to_str().unwrap())]);
    std::ops::RangeFull: |_this, out| object(out, &[("RangeFull", &())]);
    std::ops::Range<u8>: |this, out| named(out, "Range", &[("start", &this.start), ("end", &this.end)]);
    std::ops::RangeInclusive<u8>: |this, out| named(out, "RangeInclusive", &[("start", this.start()), ("end", this.end())]);
    Point: |this, out| object(out, &[("at", &this.at), ("id", &this.id), ("flags", &this.flags)]);
    Item: |this, out| {
        let Item { name, sizes, tags, prices, price } = this;
        object(out, &[("name", name), ("sizes", sizes), ("tags", tags), ("prices", prices), ("price", price)]);
    };
    World: |this, out| object(out, &[
        ("id", &this.id), ("name", &this.name), ("boxed_name", &this.boxed_name),
        ("unaligned", &this.unaligned), ("no_floats", &this.no_floats), ("kinds", &this.kinds),
        ("wide", &this.wide), ("units", &this.units), ("result", &this.result), ("ranges", &this.ranges),
        ("item", &this.item), ("points", &this.points), ("bytes", &this.bytes), ("packed", &this.packed),
        ("text", &this.text), ("boxed", &this.boxed), ("boxed_list", &this.boxed_list), ("pair", &this.pair),
        ("array", &this.array), ("maybe", &this.maybe), ("items", &this.items), ("set", &this.set),
        ("more", &this.more), ("kind", &this.kind),
    ]);
    Tree: |this, out| object(out, &[("left", &this.left), ("right", &this.right), ("leaves", &this.leaves)]);
    Leaf: |this, out| object(out, &[("trees", &this.trees), ("text", &this.text)]);
    Kind: |this, out| match this {
        Self::Nothing => derived_enum(out, "Nothing", &[]),
        Self::One(one) => derived_enum(out, "One", &[("0", one)]),
        Self::Named { text, number } => derived_enum(out, "Named", &[("text", text), ("number", number)]),
        Self::Deep(deep) => derived_enum(out, "Deep", &[("0", deep)]),
    };
}

/// As format.md lays an address out: version, and the octets with zeros behind.
fn ip_parts(ip: IpAddr) -> (u8, [u8; 16]) {
    match ip {
        IpAddr::V4(ip) => {
            let mut octets = [0; 16];
            octets[..4].copy_from_slice(&ip.octets());
            (4, octets)
        }
        IpAddr::V6(ip) => (6, ip.octets()),
    }
}

impl Json for str {
    fn json(&self, out: &mut String) {
        out.push('"');
        for c in self.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                c if c < ' ' => write!(out, "\\u{:04x}", c as u32).unwrap(),
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

impl Json for Key {
    fn json(&self, out: &mut String) {
        let mut fields = |variant: &str, fields: &[&dyn Json]| {
            let numbers = ["0", "1", "2", "3", "4"];
            let fields: Vec<_> = numbers.into_iter().zip(fields.iter().copied()).collect();
            derived_enum(out, variant, &fields);
        };
        match self {
            Self::Unit(a) => fields("Unit", &[a]),
            Self::Bool(a) => fields("Bool", &[a]),
            Self::Char(a) => fields("Char", &[a]),
            Self::Unsigned(a, b, c, d, e) => fields("Unsigned", &[a, b, c, d, e]),
            Self::Signed(a, b, c, d, e) => fields("Signed", &[a, b, c, d, e]),
            Self::Text(a) => fields("Text", &[a]),
            Self::BoxedText(a) => fields("BoxedText", &[a]),
            Self::Pair(a) => fields("Pair", &[a]),
            Self::Behind(a, b) => fields("Behind", &[a, b]),
            Self::Array(a) => fields("Array", &[a]),
            Self::Numbers(a) => fields("Numbers", &[a]),
            Self::Option(a) => fields("Option", &[a]),
            Self::Options(a, b) => fields("Options", &[a, b]),
            Self::Bytes(a) => fields("Bytes", &[a]),
            Self::BytesAndMore(a, b, c) => fields("BytesAndMore", &[a, b, c]),
            Self::Words(a) => fields("Words", &[a]),
            Self::Texts(a) => fields("Texts", &[a]),
            Self::Boxed(a) => fields("Boxed", &[a]),
            Self::Set(a) => fields("Set", &[a]),
            Self::SetAndMore(a, b) => fields("SetAndMore", &[a, b]),
            Self::Kind(a) => fields("Kind", &[a]),
            Self::NonZero(a) => fields("NonZero", &[a]),
            Self::Duration(a) => fields("Duration", &[a]),
            Self::Address(a) => fields("Address", &[a]),
            Self::Path(a, b) => fields("Path", &[a, b]),
        }
    }
}

impl<K: Json + Ord> Json for Keys<'_, K> {
    fn json(&self, out: &mut String) {
        let Keys {
            ordered,
            hashed,
            inline,
            followed,
        } = self;
        object(
            out,
            &[
                ("ordered", ordered),
                ("hashed", hashed),
                ("inline", inline),
                ("followed", followed),
            ],
        );
    }
}

impl<T: Json + ?Sized> Json for &T {
    fn json(&self, out: &mut String) {
        T::json(self, out);
    }
}

impl<T: Json> Json for Box<T> {
    fn json(&self, out: &mut String) {
        T::json(self, out);
    }
}

impl<T: Json> Json for Option<T> {
    fn json(&self, out: &mut String) {
        match self {
            None => out.push_str("null"),
            Some(value) => object(out, &[("some", value)]),
        }
    }
}

impl<T: Json, E: Json> Json for Result<T, E> {
    fn json(&self, out: &mut String) {
        match self {
            Ok(value) => derived_enum(out, "Ok", &[("0", value)]),
            Err(error) => derived_enum(out, "Err", &[("0", error)]),
        }
    }
}

impl<T: Json> Json for Vec<T> {
    fn json(&self, out: &mut String) {
        list(out, self);
    }
}

impl<T: Json> Json for VecDeque<T> {
    fn json(&self, out: &mut String) {
        list(out, self);
    }
}

impl<T: Json, const N: usize> Json for [T; N] {
    fn json(&self, out: &mut String) {
        list(out, self);
    }
}

impl<K: Json + Ord, V: Json> Json for HashMap<K, V> {
    fn json(&self, out: &mut String) {
        list(
            out,
            &self
                .iter()
                .collect::<BTreeMap<_, _>>()
                .into_iter()
                .collect::<Vec<_>>(),
        );
    }
}

impl<K: Json, V: Json> Json for BTreeMap<K, V> {
    fn json(&self, out: &mut String) {
        list(out, &self.iter().collect::<Vec<_>>());
    }
}

impl<K: Json + Ord> Json for HashSet<K> {
    fn json(&self, out: &mut String) {
        list(
            out,
            &self
                .iter()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .map(|key| (key, ()))
                .collect::<Vec<_>>(),
        );
    }
}

impl<K: Json> Json for BTreeSet<K> {
    fn json(&self, out: &mut String) {
        list(out, &self.iter().map(|key| (key, ())).collect::<Vec<_>>());
    }
}

macro_rules! tuples {
    ($($($part:ident $number:tt)+;)*) => {$(
        impl<$($part: Json),+> Json for ($($part,)+) {
            fn json(&self, out: &mut String) {
                let parts: &[&dyn Json] = &[$(&self.$number),+];
                list(out, parts.iter().copied());
            }
        }
    )*};
}

tuples! {
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}
