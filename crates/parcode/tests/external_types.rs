//! Types of other crates: each comes back as it was, eagerly and through its mirror.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_cmp,
    dead_code,
    unused_imports,
    reason = "a test, whose helpers serve whatever features are on"
)]

use parcode::{Lazy, Lookup, Parcode, ParcodeError, ParcodeFile, ParcodeObject, Plain, Store};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Debug;
use std::hash::{Hash, RandomState};

fn open<T: Store>(value: &T) -> ParcodeFile {
    let file = Parcode::open_bytes(Parcode::serialize(value).unwrap()).unwrap();
    file.verify().unwrap();
    file
}

/// The same, with everything that can be away in chunks of its own.
fn open_away<T: Store>(value: &T) -> ParcodeFile {
    let mut bytes = Vec::new();
    Parcode::builder()
        .inline_threshold(0)
        .chunk_size(64)
        .write_to_writer(&mut bytes, value)
        .unwrap();
    let file = Parcode::open_bytes(bytes).unwrap();
    file.verify().unwrap();
    file
}

/// In an array, which is all of a type's own code and little of anything else: each type of root
/// takes the compiler a while.
fn held<T: ParcodeObject + PartialEq + Debug + Clone, const N: usize>(values: &[T; N]) {
    assert_eq!(open(values).load::<[T; N]>().unwrap(), *values);
}

/// In a sequence, where plain data has ways of its own, at home and away.
fn trip<T: ParcodeObject + PartialEq + Debug + Clone>(values: &[T]) {
    let many: Vec<T> = values.iter().cycle().take(1000).cloned().collect();
    for file in [open(&many), open_away(&many)] {
        assert_eq!(file.load::<Vec<T>>().unwrap(), many);
    }
}

/// [`trip`] for types that are their own mirrors.
fn by_value<T>(values: &[T])
where
    T: for<'par> ParcodeObject<Lazy<'par> = T> + PartialEq + Debug + Copy,
{
    let values = values.to_vec();
    for file in [open(&values), open_away(&values)] {
        assert_eq!(file.load::<Vec<T>>().unwrap(), values);
        let lazy = file.root::<Vec<T>>().unwrap();
        for (i, value) in values.iter().enumerate() {
            assert_eq!(lazy.get_lazy(i).unwrap(), Some(*value));
        }
    }
}

/// As the key of a map by hash.
fn keyed<K: ParcodeObject + Eq + Hash + Debug + Clone + Lookup<K>>(keys: &[K]) {
    let map: HashMap<K, u32> = keys.iter().cloned().zip(0..).collect();
    for file in [open(&map), open_away(&map)] {
        assert_eq!(file.load::<HashMap<K, u32>>().unwrap(), map);
        let lazy = file.root::<HashMap<K, u32>>().unwrap();
        for (key, value) in &map {
            assert_eq!(lazy.get(key).unwrap(), Some(*value), "{key:?}");
        }
    }
}

/// As the key of a map in order: saving fails where the order of keys is not the type's own.
fn ordered<K: ParcodeObject + Ord + Debug + Clone + Lookup<K>>(keys: &[K]) {
    let map: BTreeMap<K, u32> = keys.iter().cloned().zip(0..).collect();
    for file in [open(&map), open_away(&map)] {
        assert_eq!(file.load::<BTreeMap<K, u32>>().unwrap(), map);
        let lazy = file.root::<BTreeMap<K, u32>>().unwrap();
        for (key, value) in &map {
            assert_eq!(lazy.get(key).unwrap(), Some(*value), "{key:?}");
        }
    }
}

/// Slices of plain data are lent, at home and away.
fn lent<T: Plain + PartialEq + Debug>(values: &[T]) {
    let values = values.to_vec();
    for file in [open(&values), open_away(&values)] {
        let lazy = file.root::<Vec<T>>().unwrap();
        assert_eq!(lazy.as_slice().unwrap(), values);
    }
}

/// Plain data has the bytes in a file that it has in memory, where numbers are little-endian.
fn assert_lent<T: Plain, const N: usize>(values: &[T; N]) {
    if cfg!(target_endian = "big") {
        return;
    }
    let bytes: &[u8] = bytemuck::cast_slice(values);
    let saved = Parcode::serialize(values).unwrap();
    assert!(saved.windows(bytes.len()).any(|window| window == bytes));
}

/// What was saved as `A` opens as `B`.
fn opens_as<A: Store, B: ParcodeObject + PartialEq + Debug>(saved: &A, opened: &B) {
    for file in [open(saved), open_away(saved)] {
        assert_eq!(file.load::<B>().unwrap(), *opened);
    }
    // Equal data gives equal bytes.
    assert_eq!(
        Parcode::serialize(saved).unwrap(),
        Parcode::serialize(opened).unwrap()
    );
}

/// What was saved as `A` has no form as a `B`.
fn fails_as<A: Store, B: ParcodeObject + Debug>(saved: &A) -> ParcodeError {
    open(saved).load::<B>().unwrap_err()
}

#[cfg(feature = "uuid")]
#[test]
fn uuid() {
    use uuid::Uuid;
    let ids: Vec<_> = [0, 1, 0xFF << 120, u128::MAX].map(Uuid::from_u128).to_vec();
    by_value(&ids);
    ordered(&ids);
}

#[cfg(feature = "ulid")]
#[test]
fn ulid() {
    let ids = [0, 1, 0xFF << 120, u128::MAX].map(ulid::Ulid);
    by_value(&ids);
    ordered(&ids);
}

#[cfg(feature = "ipnet")]
#[test]
fn ipnet() {
    use ipnet::{IpNet, Ipv4Net, Ipv6Net};
    let v4: Vec<Ipv4Net> = [
        "0.0.0.0/0",
        "10.1.2.3/8",
        "10.1.2.3/9",
        "255.255.255.255/32",
    ]
    .map(|net| net.parse().unwrap())
    .to_vec();
    let v6: Vec<Ipv6Net> = ["::/0", "fe80::1/64", "fe80::1/128"]
        .map(|net| net.parse().unwrap())
        .to_vec();
    let both: Vec<IpNet> = v4
        .iter()
        .copied()
        .map(IpNet::V4)
        .chain(v6.iter().copied().map(IpNet::V6))
        .collect();
    by_value(&v4);
    by_value(&v6);
    by_value(&both);
    ordered(&v4);
    ordered(&v6);
    ordered(&both);
}

#[cfg(feature = "chrono")]
#[test]
fn chrono() {
    use chrono::{
        DateTime, FixedOffset, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike,
        Utc, Weekday,
    };
    let dates = [
        NaiveDate::MIN,
        NaiveDate::MAX,
        NaiveDate::default(),
        NaiveDate::from_ymd_opt(-1, 2, 28).unwrap(),
        NaiveDate::from_ymd_opt(2024, 2, 29).unwrap(),
    ];
    by_value(&dates);
    ordered(&dates);
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    let times = [
        NaiveTime::MIN,
        noon,
        NaiveTime::from_hms_nano_opt(23, 59, 59, 1_999_999_999).unwrap(),
        // Not what the constructor takes, but a value.
        noon.with_nanosecond(1_500_000_000).unwrap(),
        NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap(),
    ];
    by_value(&times);
    ordered(&times);
    let mut naive: Vec<_> = dates
        .iter()
        .flat_map(|date| times.map(|time| date.and_time(time)))
        .collect();
    naive.extend([NaiveDateTime::MIN, NaiveDateTime::MAX]);
    by_value(&naive);
    ordered(&naive);
    let mut utc: Vec<DateTime<Utc>> = naive.iter().map(NaiveDateTime::and_utc).collect();
    utc.extend([DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC]);
    by_value(&utc);
    ordered(&utc);
    let offsets =
        [-86_399, -1, 0, 3600, 86_399].map(|seconds| FixedOffset::east_opt(seconds).unwrap());
    by_value(&offsets);
    keyed(&offsets);
    let zoned: Vec<DateTime<FixedOffset>> = utc
        .iter()
        .zip(offsets.iter().cycle())
        .map(|(utc, offset)| utc.with_timezone(offset))
        .collect();
    // `==` looks at the instant only, and `Debug` of the extremes overflows.
    let file = open(&zoned);
    let back = file.load::<Vec<DateTime<FixedOffset>>>().unwrap();
    assert!(
        zoned
            .iter()
            .zip(&back)
            .all(|(a, b)| a == b && a.offset() == b.offset())
    );
    let now = DateTime::from_timestamp(1_700_000_000, 5).unwrap();
    let zoned = offsets.map(|offset| now.with_timezone(&offset));
    by_value(&zoned);
    ordered(&zoned);
    // Equal keys are one key, whatever their offsets.
    let map = BTreeMap::from([(zoned[0], 1u8)]);
    let root = Parcode::in_memory(&map).unwrap();
    assert_eq!(root.get().get(&zoned[3]).unwrap(), Some(1));
    let deltas = [
        TimeDelta::MIN,
        TimeDelta::MAX,
        TimeDelta::zero(),
        TimeDelta::nanoseconds(-1),
        TimeDelta::nanoseconds(1),
        TimeDelta::milliseconds(-1500),
        TimeDelta::seconds(-1),
        TimeDelta::seconds(-2),
    ];
    by_value(&deltas);
    ordered(&deltas);
    let weekdays: Vec<_> = (0..7).map(|day| Weekday::try_from(day).unwrap()).collect();
    by_value(&weekdays);
    keyed(&weekdays);
    let months: Vec<_> = (1..=12)
        .map(|month| Month::try_from(month).unwrap())
        .collect();
    by_value(&months);
    ordered(&months);
}

#[cfg(feature = "time")]
#[test]
fn time() {
    use time::{
        Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset,
        Weekday,
    };
    let dates = [
        Date::MIN,
        Date::MAX,
        Date::from_calendar_date(-1, Month::February, 28).unwrap(),
        Date::from_calendar_date(2024, Month::February, 29).unwrap(),
    ];
    by_value(&dates);
    ordered(&dates);
    let times = [
        Time::MIDNIGHT,
        Time::from_hms_nano(12, 34, 56, 7).unwrap(),
        Time::from_hms_nano(23, 59, 59, 999_999_999).unwrap(),
    ];
    by_value(&times);
    ordered(&times);
    let naive: Vec<_> = dates
        .iter()
        .flat_map(|date| times.map(|time| PrimitiveDateTime::new(*date, time)))
        .collect();
    by_value(&naive);
    ordered(&naive);
    let utc: Vec<UtcDateTime> = naive.iter().map(|naive| naive.as_utc()).collect();
    by_value(&utc);
    ordered(&utc);
    let offsets = [-93_599, -1, 0, 3600, 93_599]
        .map(|seconds| UtcOffset::from_whole_seconds(seconds).unwrap());
    by_value(&offsets);
    ordered(&offsets);
    let zoned: Vec<OffsetDateTime> = naive
        .iter()
        .flat_map(|naive| offsets.map(|offset| naive.assume_offset(offset)))
        .collect();
    let back = open(&zoned).load::<Vec<OffsetDateTime>>().unwrap();
    assert!(
        zoned
            .iter()
            .zip(&back)
            .all(|(a, b)| a.offset() == b.offset() && a.date() == b.date() && a.time() == b.time())
    );
    let now = OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
    let zoned = offsets.map(|offset| now.to_offset(offset));
    by_value(&zoned);
    ordered(&zoned);
    let durations = [
        Duration::MIN,
        Duration::MAX,
        Duration::ZERO,
        Duration::nanoseconds(-1),
        Duration::nanoseconds(1),
        Duration::milliseconds(-1500),
        Duration::seconds(-1),
        Duration::seconds(-2),
    ];
    by_value(&durations);
    ordered(&durations);
    let weekdays: Vec<_> = (0..7).map(|day| Weekday::Monday.nth_next(day)).collect();
    by_value(&weekdays);
    keyed(&weekdays);
    let months: Vec<_> = (1..=12u8)
        .map(|month| Month::try_from(month).unwrap())
        .collect();
    by_value(&months);
    ordered(&months);
}

#[cfg(all(feature = "chrono", feature = "time"))]
#[test]
fn calendars_agree() {
    use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
    use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime};
    let date = NaiveDate::from_ymd_opt(1969, 12, 30).unwrap();
    let time = NaiveTime::from_hms_nano_opt(1, 2, 3, 4).unwrap();
    let utc = date.and_time(time).and_utc();
    let same_date = Date::from_calendar_date(1969, Month::December, 30).unwrap();
    let same_time = Time::from_hms_nano(1, 2, 3, 4).unwrap();
    let same = PrimitiveDateTime::new(same_date, same_time);
    opens_as(&date, &same_date);
    opens_as(&time, &same_time);
    opens_as(&date.and_time(time), &same);
    opens_as(&utc, &same.as_utc());
    opens_as(&utc.fixed_offset(), &same.assume_utc());
    opens_as(
        &TimeDelta::milliseconds(-1500),
        &Duration::milliseconds(-1500),
    );
    opens_as(&chrono::Weekday::Sun, &time::Weekday::Sunday);
    opens_as(&chrono::Month::May, &Month::May);
    // The year 262142 is beyond `time`.
    fails_as::<_, Date>(&NaiveDate::MAX);
    fails_as::<_, Time>(&NaiveTime::from_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap());
}

#[cfg(feature = "glam")]
#[test]
fn glam() {
    use glam::*;
    let f = [0.0, -0.0, 1.5, f32::MAX, f32::MIN_POSITIVE, f32::INFINITY];
    let d = [0.0, -0.0, 1.5, f64::MAX, f64::MIN_POSITIVE, f64::INFINITY];
    let counted = |n: usize| f32::from(u8::try_from(n).unwrap()) - 7.5;
    let (m2, m3, m4) = (
        std::array::from_fn::<_, 4, _>(counted),
        std::array::from_fn::<_, 9, _>(counted),
        std::array::from_fn::<_, 16, _>(counted),
    );
    macro_rules! floats {
        ($($kind:ident $($vector:expr),+;)*) => {$($(floats!(@ $kind &$vector);)+)*};
        (@ lent $values:expr) => {{ held($values); assert_lent($values); }};
        (@ held $values:expr) => { held($values) };
    }
    floats! {
        lent f.map(Vec2::splat), f.map(|x| vec3(x, 1.0, -x)), d.map(DVec2::splat), d.map(|x| dvec3(x, 1.0, -x)),
            d.map(|x| dvec4(x, 1.0, -x, 2.0)), d.map(|x| DQuat::from_xyzw(x, 1.0, 2.0, 3.0)),
            [Mat3::IDENTITY, Mat3::from_cols_array(&m3)],
            [Affine3::IDENTITY, Affine3 { matrix3: Mat3::from_cols_array(&m3), translation: vec3(1.0, 2.0, 3.0) }],
            [DMat2::IDENTITY, DMat2::from_cols_array(&m2.map(f64::from))],
            [DMat3::IDENTITY, DMat3::from_cols_array(&m3.map(f64::from))],
            [DMat4::IDENTITY, DMat4::from_cols_array(&m4.map(f64::from))],
            [DAffine2::IDENTITY, DAffine2::from_scale(dvec2(1.0, 2.0))],
            [DAffine3::IDENTITY, DAffine3::from_scale(dvec3(1.0, 2.0, 3.0))];
        held f.map(|x| vec4(x, 1.0, -x, 2.0)), f.map(|x| vec3a(x, 1.0, -x)),
            f.map(|x| Quat::from_xyzw(x, 1.0, 2.0, 3.0)),
            [Mat2::IDENTITY, Mat2::from_cols_array(&m2)],
            [Mat3A::IDENTITY, Mat3A::from_cols_array(&m3)],
            [Mat4::IDENTITY, Mat4::from_cols_array(&m4)],
            [Affine2::IDENTITY, Affine2::from_cols_array_2d(&[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])],
            [Affine3A::IDENTITY, Affine3A::from_translation(vec3(1.0, 2.0, 3.0))];
    }
    macro_rules! whole {
        ($($number:ident $two:ident $three:ident $four:ident)*) => {$(
            let (a, b) = ($number::MIN, $number::MAX);
            let two = [$two::new(a, b), $two::new(b, 1)];
            let three = [$three::new(a, b, 1), $three::new(1, a, b)];
            let four = [$four::new(a, b, 1, 2), $four::new(2, 1, b, a)];
            held(&two);
            held(&three);
            held(&four);
            assert_lent(&two);
            assert_lent(&three);
            assert_lent(&four);
        )*};
    }
    whole! {
        i8 I8Vec2 I8Vec3 I8Vec4
        u8 U8Vec2 U8Vec3 U8Vec4
        i16 I16Vec2 I16Vec3 I16Vec4
        u16 U16Vec2 U16Vec3 U16Vec4
        i32 IVec2 IVec3 IVec4
        u32 UVec2 UVec3 UVec4
        i64 I64Vec2 I64Vec3 I64Vec4
        u64 U64Vec2 U64Vec3 U64Vec4
    }
    by_value(&[bvec2(true, false), bvec2(false, true)]);
    keyed(&[bvec3(true, false, true), bvec3(false, true, false)]);
    by_value(&[
        bvec4(true, false, true, true),
        bvec4(false, true, false, false),
    ]);
}

#[cfg(feature = "glam")]
mod scene {
    use super::*;
    use glam::{Mat4, Vec3};

    #[derive(Debug, Clone, Copy, PartialEq, ParcodeObject)]
    #[parcode(plain)]
    #[repr(C)]
    struct Vertex {
        at: Vec3,
        normal: Vec3,
    }

    #[derive(Debug, PartialEq, ParcodeObject)]
    struct Mesh {
        place: Mat4,
        #[parcode(chunkable)]
        vertices: Vec<Vertex>,
        #[parcode(chunkable)]
        bones: Vec<Mat4>,
    }

    #[test]
    fn vectors_are_fields() {
        let vertex = |i: u16| Vertex {
            at: Vec3::splat(i.into()),
            normal: Vec3::Z,
        };
        let mesh = Mesh {
            place: Mat4::IDENTITY,
            vertices: (0..10_000).map(vertex).collect(),
            bones: vec![Mat4::from_translation(Vec3::X); 5000],
        };
        let file = open(&mesh);
        let lazy = file.root::<Mesh>().unwrap();
        assert_eq!(lazy.place, Mat4::IDENTITY);
        assert_eq!(lazy.vertices.as_slice().unwrap(), mesh.vertices);
        assert_eq!(lazy.bones.load().unwrap(), mesh.bones);
        assert_eq!(file.load::<Mesh>().unwrap(), mesh);
    }
}

#[cfg(feature = "half")]
#[test]
fn half() {
    use half::{bf16, f16};
    let f: Vec<_> = [0.0, -0.0, 1.5, f32::INFINITY, -2.0]
        .map(f16::from_f32)
        .into_iter()
        .chain([f16::MIN, f16::MAX])
        .collect();
    let b: Vec<_> = [0.0, -0.0, 1.5, f32::INFINITY, -2.0]
        .map(bf16::from_f32)
        .into_iter()
        .chain([bf16::MIN, bf16::MAX])
        .collect();
    by_value(&f);
    by_value(&b);
    lent(&f);
    lent(&b);
    assert!(open(&f16::NAN).load::<f16>().unwrap().is_nan());
    // Neither opens as the other.
    fails_as::<_, Vec<bf16>>(&f);
}

#[cfg(feature = "ordered-float")]
#[test]
fn ordered_float() {
    use ordered_float::{NotNan, OrderedFloat};
    let floats = [
        0.0,
        1.5,
        -1.5,
        f64::MIN,
        f64::MAX,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ]
    .map(OrderedFloat);
    by_value(&floats);
    ordered(&floats);
    lent(&floats);
    opens_as(
        &floats[..4].to_vec(),
        &floats[..4].iter().map(|float| float.0).collect::<Vec<_>>(),
    );
    let singles = [0.0, 1.5, -1.5, f32::MIN, f32::NAN].map(OrderedFloat);
    by_value(&singles);
    ordered(&singles);
    // Keys are equal where `Eq` says so; values keep their bits.
    let map = HashMap::from([(OrderedFloat(-0.0), 1u8), (OrderedFloat(-f64::NAN), 2)]);
    let root = Parcode::in_memory(&map).unwrap();
    assert_eq!(root.get().get(&OrderedFloat(0.0)).unwrap(), Some(1));
    assert_eq!(root.get().get(&OrderedFloat(f64::NAN)).unwrap(), Some(2));
    assert!(
        open(&OrderedFloat(-0.0f64))
            .load::<f64>()
            .unwrap()
            .is_sign_negative()
    );
    let sound = [0.0, -1.5, f64::MAX].map(|float| NotNan::new(float).unwrap());
    by_value(&sound);
    ordered(&sound);
    let map = BTreeMap::from([(NotNan::new(-0.0f32).unwrap(), 1u8)]);
    let root = Parcode::in_memory(&map).unwrap();
    assert_eq!(root.get().get(&NotNan::new(0.0).unwrap()).unwrap(), Some(1));
}

#[cfg(feature = "rust_decimal")]
#[test]
fn rust_decimal() {
    use rust_decimal::Decimal;
    let numbers: Vec<Decimal> = [
        "0",
        "1",
        "-1",
        "1.5",
        "-1.5",
        "0.0000000000000000000000000001",
        "-0.0000000000000000000000000001",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "7.9228162514264337593543950335",
        "7.9228162514264337593543950334",
        "18446744073709551616",
        "18446744073709551615.5",
        "123456789012345678.9",
        "10",
        "9.99",
    ]
    .map(|number| number.parse().unwrap())
    .to_vec();
    by_value(&numbers);
    ordered(&numbers);
    // The scale is kept; as keys they are equal.
    let (short, long): (Decimal, Decimal) = ("1.0".parse().unwrap(), "1.000".parse().unwrap());
    assert_eq!(open(&long).load::<Decimal>().unwrap().scale(), 3);
    let root = Parcode::in_memory(&BTreeMap::from([(short, 1u8)]))
        .map_err(drop)
        .unwrap();
    assert_eq!(root.get().get(&long).unwrap(), Some(1));
}

#[cfg(feature = "smallvec")]
#[test]
fn smallvec() {
    use smallvec::{SmallVec, smallvec};
    let values: [SmallVec<[u32; 4]>; 3] = [smallvec![], smallvec![1, 2], smallvec![7; 1000]];
    trip(&values);
    ordered(&values);
    for value in &values {
        opens_as(value, &value.to_vec());
        opens_as(&value.to_vec(), value);
    }
    let texts: SmallVec<[String; 1]> = smallvec!["a".to_owned(), "b".to_owned()];
    let file = open(&texts);
    let lazy = file.root::<SmallVec<[String; 1]>>().unwrap();
    assert_eq!(lazy.get_lazy(1).unwrap(), Some("b"));
    assert_eq!(lazy.load().unwrap(), texts);
}

#[cfg(feature = "arrayvec")]
#[test]
fn arrayvec() {
    use arrayvec::{ArrayString, ArrayVec};
    let values: [ArrayVec<u16, 4>; 3] = [
        [].into_iter().collect(),
        [1, 2].into_iter().collect(),
        [1, 2, 3, 4].into(),
    ];
    trip(&values);
    ordered(&values);
    opens_as(&values[1], &vec![1u16, 2]);
    let error = fails_as::<_, ArrayVec<u16, 1>>(&values[1]);
    assert_eq!(
        (error.found(), error.kind()),
        ("2", parcode::ErrorKind::Type)
    );
    fails_as::<_, (u8, ArrayVec<u16, 1>)>(&(1u8, vec![1u16, 2]));
    let texts = ["", "a", "äöü!"].map(|text| ArrayString::<8>::from(text).unwrap());
    trip(&texts);
    ordered(&texts);
    opens_as(&texts[2], &"äöü!".to_owned());
    assert_eq!(fails_as::<_, ArrayString<2>>(&texts[2]).found(), "7");
}

#[cfg(feature = "bytes")]
#[test]
fn bytes() {
    use bytes::{Bytes, BytesMut};
    let values: Vec<_> = [vec![], vec![0, 255], vec![7; 5000]]
        .map(Bytes::from)
        .to_vec();
    let muts: Vec<_> = values
        .iter()
        .map(|bytes| BytesMut::from(&bytes[..]))
        .collect();
    trip(&values);
    ordered(&values);
    trip(&muts);
    ordered(&muts);
    opens_as(&values[2], &vec![7u8; 5000]);
    opens_as(&values[2], &muts[2]);
    let file = open(&values[2]);
    assert_eq!(file.root::<Bytes>().unwrap().as_slice().unwrap(), values[2]);
    let root = Parcode::in_memory(&HashMap::from([(values[1].clone(), 1u8)])).unwrap();
    assert_eq!(root.get().get(&[0u8, 255][..]).unwrap(), Some(1));
}

#[cfg(feature = "indexmap")]
#[test]
fn indexmap() {
    use indexmap::{IndexMap, IndexSet};
    type Map = IndexMap<String, u32, RandomState>;
    type Set = IndexSet<u64, RandomState>;
    let maps: Vec<Map> = [0u32, 3, 500]
        .map(|count| {
            (0..count)
                .map(|i| ((i * 7919 % 5003).to_string(), i))
                .collect()
        })
        .to_vec();
    trip(&maps);
    for map in &maps {
        let pairs: Vec<(String, u32)> = map.clone().into_iter().collect();
        opens_as(map, &pairs);
        for file in [open(map), open_away(map)] {
            // `==` looks at no order.
            assert!(file.load::<Map>().unwrap().iter().eq(map));
            let lazy = file.root::<Map>().unwrap();
            let keys: Vec<_> = lazy
                .iter()
                .unwrap()
                .map(|entry| entry.unwrap().0.to_owned())
                .collect();
            assert!(keys.iter().eq(map.keys()));
        }
    }
    fails_as::<_, Map>(&vec![("a".to_owned(), 1u32), ("a".to_owned(), 2)]);
    let sets: Vec<Set> = [0u64, 3, 500]
        .map(|count| (0..count).rev().collect())
        .to_vec();
    trip(&sets);
    for set in &sets {
        opens_as(set, &set.iter().copied().collect::<Vec<_>>());
        assert!(open_away(set).load::<Set>().unwrap().iter().eq(set));
    }
    fails_as::<_, Set>(&vec![1u64, 1]);
}

#[cfg(feature = "hashbrown")]
mod tables {
    use super::*;
    use hashbrown::{HashMap as Brown, HashSet as BrownSet};

    type Map = Brown<String, Vec<u32>, RandomState>;
    type Set = BrownSet<String, RandomState>;

    #[derive(Debug, PartialEq, ParcodeObject)]
    struct Tables {
        #[parcode(map)]
        map: Map,
        #[parcode(map)]
        set: Set,
        inline: Map,
    }

    #[test]
    fn hashbrown() {
        let std: HashMap<String, Vec<u32>> = (0..500).map(|i| (i.to_string(), vec![i])).collect();
        let map: Map = std.clone().into_iter().collect();
        opens_as(&map, &std);
        opens_as(&std, &map);
        let keys: HashSet<String> = std.keys().cloned().collect();
        let set: Set = keys.iter().cloned().collect();
        opens_as(&set, &keys);
        opens_as(&keys, &set);
        let inline: Map = [("a".to_owned(), vec![1])].into_iter().collect();
        let tables = Tables { map, set, inline };
        let file = open(&tables);
        assert_eq!(file.load::<Tables>().unwrap(), tables);
        let lazy = file.root::<Tables>().unwrap();
        assert_eq!(lazy.map.get("77").unwrap(), Some(vec![77]));
        assert_eq!(lazy.map.load().unwrap(), tables.map);
        assert!(lazy.set.contains("77").unwrap());
        assert!(!lazy.set.contains("x").unwrap());
        assert_eq!(lazy.inline.get("a").unwrap(), Some(vec![1]));
    }
}

#[cfg(feature = "compact_str")]
#[test]
fn compact_str() {
    use compact_str::CompactString;
    let texts: Vec<CompactString> = [
        "",
        "a",
        "twenty-four bytes exactly",
        &"x".repeat(5000),
        "äöü",
    ]
    .map(CompactString::from)
    .to_vec();
    trip(&texts);
    ordered(&texts);
    for text in &texts {
        opens_as(text, &text.to_string());
        assert_eq!(open(text).load::<CompactString>().unwrap(), text);
    }
    let root = Parcode::in_memory(&HashMap::from([(texts[1].clone(), 1u8)])).unwrap();
    assert_eq!(root.get().get("a").unwrap(), Some(1));
    let root = Parcode::in_memory(&HashMap::from([("a".to_owned(), 1u8)])).unwrap();
    assert_eq!(root.get().get(&texts[1]).unwrap(), Some(1));
}

#[cfg(feature = "url")]
#[test]
fn url() {
    use url::Url;
    let urls: Vec<Url> = [
        "https://example.com/",
        "https://example.com/a?b=c#d",
        "mailto:a@b.c",
        "data:,x",
        "http://[::1]:8080/ä",
    ]
    .map(|url| url.parse().unwrap())
    .to_vec();
    trip(&urls);
    ordered(&urls);
    let file = open(&urls);
    assert_eq!(
        file.root::<Vec<Url>>().unwrap().get_lazy(2).unwrap(),
        Some("mailto:a@b.c")
    );
}

/// Text that is no URL can only come from another program.
#[cfg(feature = "url")]
#[test]
fn text_that_is_no_url() {
    let error = <url::Url as ParcodeObject>::__load("no url", &parcode::__private::Loader::new())
        .unwrap_err();
    assert_eq!(error.kind(), parcode::ErrorKind::Conversion);
}

#[cfg(feature = "semver")]
#[test]
fn semver() {
    use semver::{Version, VersionReq};
    let versions: Vec<Version> = [
        "0.0.0",
        "1.2.3",
        "1.10.0",
        "1.2.3-alpha.1+build.5",
        "18446744073709551615.0.0",
    ]
    .map(|version| version.parse().unwrap())
    .to_vec();
    trip(&versions);
    keyed(&versions);
    let requirements: Vec<VersionReq> = ["*", "^1.2", ">=1.2.3, <2", "~1.2.3-beta"]
        .map(|version| version.parse().unwrap())
        .to_vec();
    trip(&requirements);
    keyed(&requirements);
    // Keys in text order are not in the order of versions, which saving says.
    let (nine, ten) = (Version::new(9, 0, 0), Version::new(10, 0, 0));
    Parcode::serialize(&BTreeMap::from([(nine, 1u8), (ten, 2)])).unwrap_err();
}

#[cfg(feature = "camino")]
#[test]
fn camino() {
    use camino::{Utf8Path, Utf8PathBuf};
    use std::path::PathBuf;
    let paths: Vec<Utf8PathBuf> = ["", "/", "a/b", "/usr/lib/ä.txt", "a"]
        .map(Utf8PathBuf::from)
        .to_vec();
    trip(&paths);
    keyed(&paths);
    opens_as(&paths[3], &PathBuf::from("/usr/lib/ä.txt"));
    let root = Parcode::in_memory(&HashMap::from([(paths[2].clone(), 1u8)])).unwrap();
    assert_eq!(root.get().get(Utf8Path::new("a/b")).unwrap(), Some(1));
}

#[cfg(feature = "either")]
#[test]
fn either() {
    use either::Either::{self, Left, Right};
    let values: [Either<u8, String>; 3] = [Left(1), Right("a".to_owned()), Right("x".repeat(3000))];
    trip(&values);
    let file = open(&values.to_vec());
    let lazy = file.root::<Vec<Either<u8, String>>>().unwrap();
    assert_eq!(lazy.get_lazy(0).unwrap(), Some(Left(1)));
    assert_eq!(lazy.get_lazy(1).unwrap(), Some(Right("a")));
}
