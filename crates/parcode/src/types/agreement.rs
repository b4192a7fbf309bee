//! The check of a type and the check by its schema accept the same chunks, sound and mutated.

#[cfg(test)]
mod tests {
    use crate::format::{MARK_LEN, follows};
    use crate::object::{
        Checker, ChunkKind, ChunkType, Node, Origin, Reading, SchemaTypes, body_plan, fingerprint,
        typed,
    };
    use crate::{MemorySource, Parcode, ParcodeObject, read};
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
    use std::num::NonZero;
    use std::ops::{Range, RangeFull, RangeInclusive};
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    /// The regions of a chunk, to be changed.
    #[derive(Clone)]
    struct Parts {
        body: Vec<u8>,
        text: String,
        links: u32,
        limit: u32,
    }

    impl Parts {
        fn of(node: &Node) -> Self {
            let links = (0..1000)
                .take_while(|link| node.cell(*link).is_some())
                .count();
            Self {
                body: node.body().to_vec(),
                text: node.text().to_owned(),
                links: links as u32,
                limit: 128,
            }
        }

        /// Nesting of the links where the chunk is accepted.
        fn check(&self, ty: &dyn ChunkType, kind: ChunkKind) -> Option<Vec<u32>> {
            let slot = ty.slot(kind);
            let mut checker = Checker::new(&self.body, &self.text, self.links, slot, 3, self.limit);
            ty.check(&mut checker, kind).ok()?;
            checker.finish().ok()
        }
    }

    /// Numbers that look random and are always the same.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (self.0 >> 33) as usize % end.max(1)
        }
    }

    fn mutations(sound: &Parts) -> Vec<Parts> {
        let mut all = vec![sound.clone()];
        let mut with = |change: &mut dyn FnMut(&mut Parts)| {
            let mut parts = sound.clone();
            change(&mut parts);
            all.push(parts);
        };
        for at in 0..sound.body.len() {
            for flip in [1, 2, 0x10, 0x80, 0xFF] {
                with(&mut |parts| parts.body[at] ^= flip);
            }
            for value in [0, 1, 0xFF] {
                with(&mut |parts| parts.body[at] = value);
            }
        }
        let mut numbers = Numbers(sound.body.len() as u64);
        for _ in 0..400 {
            with(&mut |parts| {
                for _ in 0..=numbers.below(3) {
                    let at = numbers.below(parts.body.len());
                    if let Some(byte) = parts.body.get_mut(at) {
                        *byte = numbers.below(12) as u8;
                    }
                }
            });
        }
        with(&mut |parts| parts.links += 1);
        with(&mut |parts| parts.links = parts.links.saturating_sub(1));
        with(&mut |parts| parts.text.push('x'));
        with(&mut |parts| _ = parts.text.pop());
        with(&mut |parts| parts.body.push(0));
        with(&mut |parts| _ = parts.body.pop());
        for limit in 3..12 {
            with(&mut |parts| parts.limit = limit);
        }
        all
    }

    /// The types of a file's schema, the name of its root's type, and its root as a `T`.
    fn root<T: ParcodeObject>(bytes: Vec<u8>) -> (SchemaTypes, String, Arc<Node>) {
        let source = Arc::new(MemorySource::new(bytes));
        let opened = read::open(source, Reading::default()).unwrap();
        let schema = (opened.session.schema)(&opened.session).unwrap();
        let name = schema.describe(schema.root());
        let types = SchemaTypes::new(schema).unwrap();
        let (offset, mark) = opened.root;
        let origin = Origin {
            offset,
            ..Origin::default()
        };
        let (session, kind) = (&opened.session, ChunkKind::Root);
        let node = read::read_chunk(session, mark, origin, typed::<T>(), kind).unwrap();
        (types, name, node)
    }

    fn agree<T: ParcodeObject>(value: &T) {
        for threshold in [0, 1 << 20] {
            let mut bytes = Vec::new();
            let builder = Parcode::builder().inline_threshold(threshold);
            builder.write_to_writer(&mut bytes, value).unwrap();
            let (types, name, node) = root::<T>(bytes);
            let by_schema = types.chunk(types.schema().root());
            assert_eq!(by_schema.fingerprint(), fingerprint::<T>(), "{name}");
            let kind = ChunkKind::Root;
            let plan = body_plan::<T>(kind);
            let (schema, of) = (types.schema(), types.fingerprints());
            assert_eq!(*plan, schema.body_plan(of, schema.root(), true), "{name}");
            assert!(follows(&node.regions.whole()[MARK_LEN..], &plan), "{name}");
            let sound = Parts::of(&node);
            assert!(sound.check(&by_schema, kind).is_some(), "{name}");
            for parts in mutations(&sound) {
                for kind in [ChunkKind::Root, ChunkKind::Inline] {
                    // The check by schema looks at the length of the body at once.
                    if parts.body.len() < by_schema.slot(kind) {
                        assert_eq!(parts.check(&by_schema, kind), None);
                        continue;
                    }
                    assert_eq!(
                        parts.check(typed::<T>(), kind),
                        parts.check(&by_schema, kind),
                        "{name}, {kind:?}: {:02x?}",
                        parts.body
                    );
                }
            }
        }
    }

    /// A value that is not in a sequence has the length 1 where its span says that it is home.
    fn refuses_other_lengths<T: ParcodeObject>(value: &T) {
        let (types, name, node) = root::<T>(Parcode::serialize(value).unwrap());
        let by_schema = types.chunk(types.schema().root());
        let kind = ChunkKind::Root;
        let mut parts = Parts::of(&node);
        for len in [1u32, 0, 2, 0xFFFF_FFFE] {
            parts.body[4..8].copy_from_slice(&len.to_le_bytes());
            let by_type = parts.check(typed::<T>(), kind);
            assert_eq!(by_type.is_some(), len == 1, "{name}: {len}");
            assert_eq!(by_type, parts.check(&by_schema, kind), "{name}: {len}");
        }
    }

    #[test]
    fn home_spans_of_one_value_say_so() {
        refuses_other_lengths(&[1u8, 2, 3]);
        refuses_other_lengths(&(1u8, String::from("pair")));
        refuses_other_lengths(&Box::new(7u32));
        refuses_other_lengths(&Arc::new(Some(true)));
    }

    fn texts(count: usize) -> Vec<String> {
        (0..count).map(|i| "aß€".repeat(i % 4)).collect()
    }

    #[test]
    fn on_scalars_and_text() {
        agree(&(true, 'ß', 7u8, -1i16, 3u32));
        agree(&(-5i128, 1.5f32, f64::NAN));
        // On a smaller machine a type asks more of these than its schema does: that they fit.
        if cfg!(target_pointer_width = "64") {
            agree(&(9usize, 9isize));
        }
        agree(&(
            NonZero::<u16>::MIN,
            NonZero::<i128>::MIN,
            (),
            String::from("text"),
        ));
        agree(&(
            Box::<str>::from("boxed"),
            PathBuf::from("a/b"),
            Some(true),
            None::<char>,
        ));
        agree(&Some(Some(Some(false))));
        agree(&(Duration::new(1, 2), SystemTime::UNIX_EPOCH, .., 1..=3u8));
    }

    #[test]
    fn on_sequences() {
        agree(&vec![1u32, 2, 3]);
        agree(&vec![true, false]);
        agree(&vec!['a'; 3]);
        agree(&vec![(); 5]);
        agree(&vec![[(); 3]; 2]);
        agree(&texts(6));
        agree(&vec![vec![1u8], vec![], vec![2, 3]]);
        agree(&VecDeque::from([Some(1u64), None]));
        agree(&vec![[1u16; 3]; 4]);
        agree(&[vec![1u64], vec![2, 3]]);
        agree(&vec![(1u8, 2u64, vec![3u64])]);
        agree(&vec![Box::new([true; 3])]);
        agree(&Arc::<[u8]>::from(vec![1, 2]));
        agree(&(
            vec![1u8, 2, 3],
            vec![1u64],
            vec![(1u8, 'c')],
            [0u8; 0],
            [[0u32; 0]; 3],
        ));
        agree(&vec![
            Range {
                start: 'a',
                end: 'z'
            };
            2
        ]);
        agree(&vec![RangeInclusive::new(String::new(), "z".into())]);
        agree(&vec![RangeFull; 3]);
    }

    #[test]
    fn on_maps() {
        let entries = || (0..5u16).map(|i| (i.to_string(), vec![i]));
        agree(&entries().collect::<HashMap<_, _>>());
        agree(&entries().collect::<BTreeMap<_, _>>());
        agree(&(0..9u64).collect::<HashSet<_>>());
        agree(&texts(4).into_iter().collect::<BTreeSet<_>>());
        agree(&HashSet::from([()]));
        agree(&BTreeMap::from([(
            (true, 'x'),
            BTreeMap::from([(1u8, Some(Box::new(2u8)))]),
        )]));
        agree(&Vec::from([
            HashMap::<u8, u8>::new(),
            HashMap::from([(1, 2)]),
        ]));
    }

    #[test]
    fn on_pointers_and_choices() {
        agree(&Box::new(7u8));
        agree(&Box::new(texts(3)));
        agree(&Box::new(PathBuf::from("a")));
        agree(&Box::new(Box::new((1u8, String::from("x")))));
        agree(&Arc::new(Some(Box::new([1u8, 2]))));
        agree(&Ok::<String, (u8, char)>("fine".into()));
        agree(&Err::<String, (u8, char)>((3, 'x')));
        agree(&Some(Box::new(Err::<u8, Vec<bool>>(vec![true]))));
        agree(&Some((1u8, vec![Some([1u32, 2])])));
        agree(&Some([Some(String::from("in an array")), None]));
    }

    #[test]
    fn on_addresses() {
        agree(&"1.2.3.4".parse::<std::net::IpAddr>().unwrap());
        agree(&"::1".parse::<std::net::IpAddr>().unwrap());
        agree(&"1.2.3.4:80".parse::<std::net::SocketAddr>().unwrap());
        agree(&"[::1]:80".parse::<std::net::SocketAddr>().unwrap());
        agree(&vec!["1.2.3.4".parse::<std::net::Ipv4Addr>().unwrap()]);
    }

    #[derive(ParcodeObject, Clone)]
    #[parcode(crate = "crate")]
    struct Record {
        id: u32,
        name: String,
        #[parcode(chunkable)]
        numbers: Vec<u64>,
        #[parcode(chunkable)]
        text: String,
        #[parcode(chunkable)]
        pair: (u8, String),
        #[parcode(chunkable)]
        array: [bool; 3],
        #[parcode(chunkable)]
        flag: Option<bool>,
        #[parcode(chunkable)]
        path: Box<PathBuf>,
        #[parcode(chunkable)]
        maybe: Option<Box<Choice>>,
        #[parcode(map)]
        by_name: HashMap<String, Choice>,
    }

    #[derive(ParcodeObject, Clone)]
    #[parcode(crate = "crate")]
    enum Choice {
        Nothing,
        Number(u8),
        Tree {
            children: Vec<Choice>,
            #[parcode(chunkable)]
            notes: Vec<String>,
        },
    }

    fn record(depth: usize) -> Record {
        let tree = |depth| Choice::Tree {
            children: vec![Choice::Nothing, Choice::Number(depth)],
            notes: texts(3),
        };
        Record {
            id: 7,
            name: "a record".into(),
            numbers: vec![1, 2, 3],
            text: "chunkable".into(),
            pair: (1, "pair".into()),
            array: [true, false, true],
            flag: Some(true),
            path: Box::new(PathBuf::from("a/path")),
            maybe: (depth > 0).then(|| Box::new(tree(1))),
            by_name: (0..3).map(|i| (i.to_string(), tree(i))).collect(),
        }
    }

    #[test]
    fn on_derived_types() {
        agree(&record(0));
        agree(&vec![record(1), record(0)]);
        agree(&Choice::Tree {
            children: vec![Choice::Nothing],
            notes: Vec::new(),
        });
    }
}
