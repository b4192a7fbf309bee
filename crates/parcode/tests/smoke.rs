use parcode::{Parcode, ParcodeObject};
use std::collections::*;
use std::fmt::Debug;

fn trip<T: ParcodeObject + PartialEq + Debug>(value: T) {
    for builder in [
        Parcode::builder(),
        Parcode::builder().compression(true),
        Parcode::builder().inline_threshold(0).chunk_size(1024),
        Parcode::builder().threads(2).chunk_size(4096),
    ] {
        let mut bytes = Vec::new();
        builder.write_to_writer(&mut bytes, &value).unwrap();
        let file = Parcode::open_bytes(bytes.clone()).unwrap();
        file.verify().unwrap();
        assert_eq!(file.load::<T>().unwrap(), value);
        let mut again = Vec::new();
        builder.write_to_writer_sync(&mut again, &value).unwrap();
        assert!(bytes == again);
        println!("{}", file.inspect().unwrap());
    }
}

#[test]
fn trips() {
    trip(7u64);
    trip("hello".to_string());
    trip("x".repeat(100_000));
    trip((0..100_000u32).collect::<Vec<_>>());
    trip((0..100_000u32).map(|i| i.to_string()).collect::<Vec<_>>());
    trip(
        (0..10_000u32)
            .map(|i| (i.to_string(), i))
            .collect::<HashMap<_, _>>(),
    );
    trip(
        (0..10_000u32)
            .map(|i| (i.to_string(), i))
            .collect::<BTreeMap<_, _>>(),
    );
    trip((0..10_000u32).collect::<HashSet<_>>());
    trip((0..10_000i64).map(|i| i - 5000).collect::<BTreeSet<_>>());
    trip(vec![(); 1000]);
    trip(vec![vec![Some("a".to_string()), None]; 5000]);
    trip(Box::new([1u8; 5000]));
    trip((1u8, "a".to_string(), [1.5f32; 3]));
    trip(
        (0..2_000u32)
            .map(|i| "x".repeat(if i == 700 { 3_000_000 } else { 10 }))
            .collect::<Vec<_>>(),
    );
    trip((0..20_000_000u32).collect::<Vec<_>>());
}

#[test]
fn lookups() {
    let map: HashMap<String, u32> = (0..100_000u32).map(|i| (format!("Hero{i}"), i)).collect();
    let root = Parcode::in_memory(&map).unwrap();
    let lazy = root.get();
    for i in 0..100_000u32 {
        assert_eq!(lazy.get_lazy(&format!("Hero{i}")).unwrap(), Some(i));
        assert_eq!(lazy.get(format!("Nobody{i}").as_str()).unwrap(), None);
    }
    assert_eq!(lazy.iter().unwrap().count(), 100_000);
    let map: BTreeMap<String, u32> = map.into_iter().collect();
    let root = Parcode::in_memory(&map).unwrap();
    let lazy = root.get();
    for (k, v) in &map {
        assert_eq!(lazy.get_lazy(k).unwrap(), Some(*v));
    }
    let got: Vec<_> = lazy
        .range("Hero5".."Hero6")
        .unwrap()
        .map(|e| e.unwrap().1)
        .collect();
    let want: Vec<_> = map
        .range("Hero5".to_string().."Hero6".to_string())
        .map(|e| *e.1)
        .collect();
    assert_eq!(got, want);
    assert_eq!(
        lazy.prefix("Hero99").unwrap().count(),
        map.keys().filter(|k| k.starts_with("Hero99")).count()
    );
    assert_eq!(lazy.last_key_value().unwrap(), Some(("Hero99999", 99999)));
    let vec: Vec<u32> = (0..1_000_000).collect();
    let root = Parcode::in_memory(&vec).unwrap();
    assert_eq!(root.get().as_slice().unwrap(), vec);
    assert_eq!(root.get().get_lazy(777_777).unwrap(), Some(777_777));
    assert_eq!(
        root.get()
            .range(5..9)
            .unwrap()
            .map(|x| x.unwrap())
            .collect::<Vec<_>>(),
        [5, 6, 7, 8]
    );
    let texts: Vec<String> = (0..100_000).map(|i| i.to_string()).collect();
    let root = Parcode::in_memory(&texts).unwrap();
    let mut n = 0;
    root.get().for_each(|t| n += t.len()).unwrap();
    assert_eq!(n, texts.iter().map(|t| t.len()).sum::<usize>());
    assert_eq!(root.get().iter().unwrap().len(), 100_000);
    assert!(
        root.get()
            .iter()
            .unwrap()
            .zip(&texts)
            .all(|(a, b)| a.unwrap() == b)
    );
}
