//! Numbers of another width, options, boxes.

use super::holder::turns_into;
use parcode::{ErrorKind, Parcode, ParcodeObject};

#[test]
fn numbers_are_widened_and_narrowed() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Narrow {
        a: u8,
        b: u32,
        c: u64,
        d: i8,
        e: i64,
        f: u8,
        g: f32,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Wide {
        a: u16,
        b: u64,
        c: u128,
        d: i64,
        e: i128,
        f: i16,
        g: f64,
    }
    let narrow = [
        Narrow {
            a: 0,
            b: 1,
            c: u64::MAX,
            d: -128,
            e: i64::MIN,
            f: 200,
            g: -1.25,
        },
        Narrow {
            a: 255,
            b: u32::MAX,
            c: 0,
            d: 127,
            e: -1,
            f: 0,
            g: f32::INFINITY,
        },
    ];
    let wide = [
        Wide {
            a: 0,
            b: 1,
            c: 18_446_744_073_709_551_615,
            d: -128,
            e: -9_223_372_036_854_775_808,
            f: 200,
            g: -1.25,
        },
        Wide {
            a: 255,
            b: 4_294_967_295,
            c: 0,
            d: 127,
            e: -1,
            f: 0,
            g: f64::INFINITY,
        },
    ];
    turns_into(&narrow, &wide);
    // Sequences of them are plain data.
    turns_into(&[0u8, 1, 255], &[0u32, 1, 255]);
}

#[test]
fn what_does_not_fit_is_an_error_of_its_chunk_alone() {
    let mut numbers: Vec<u32> = (0..100_000).map(|i| i % 200).collect();
    numbers[99_999] = 300;
    let root = Parcode::in_memory(&numbers).unwrap();
    let narrow = root.file().root::<Vec<u8>>().unwrap();
    assert_eq!(narrow.get(0).unwrap(), Some(0));
    assert_eq!(narrow.get(50_199).unwrap(), Some(199));
    let error = narrow.get(99_999).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Type);
    assert!(error.to_string().contains("u8"), "{error}");
    assert!(error.offset().is_some());
    assert!(narrow.load().is_err());
}

#[test]
fn a_value_becomes_optional_and_required() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Required {
        number: u32,
        text: String,
        list: Vec<u16>,
        maybe: Option<u8>,
        #[parcode(chunkable)]
        chunked: Vec<u16>,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Optional {
        number: Option<u32>,
        text: Option<String>,
        list: Option<Vec<u32>>,
        maybe: Option<u64>,
        #[parcode(chunkable)]
        chunked: Option<Vec<u16>>,
    }
    let required = |i: u16| Required {
        number: i.into(),
        text: "text ".repeat(i.into()),
        list: (0..i).collect(),
        maybe: Some(7).filter(|_| i > 3),
        chunked: (0..i * 100).collect(),
    };
    let optional = |i: u16| Optional {
        number: Some(i.into()),
        text: Some("text ".repeat(i.into())),
        list: Some((0..u32::from(i)).collect()),
        maybe: Some(7).filter(|_| i > 3),
        chunked: Some((0..i * 100).collect()),
    };
    turns_into(&[0, 9].map(required), &[0, 9].map(optional));
}

#[test]
fn none_has_no_form_where_a_value_is_required() {
    let values = vec![Some(1u32), None];
    let root = Parcode::in_memory(&values).unwrap();
    let error = root.file().load::<Vec<u32>>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Type);
    assert_eq!(error.path(), "[1]");
}

#[test]
fn a_value_moves_behind_a_pointer_and_back() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Direct {
        number: u32,
        text: String,
        texts: Vec<String>,
        #[parcode(chunkable)]
        chunked: Vec<String>,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Pointed {
        number: Box<u32>,
        text: Box<String>,
        #[parcode(chunkable)]
        texts: Box<Vec<String>>,
        #[parcode(chunkable)]
        chunked: Box<Vec<String>>,
    }
    let texts = |i: usize| vec!["text ".repeat(i); i];
    let direct = |i: usize| Direct {
        number: i as u32,
        text: "text ".repeat(i * 20),
        texts: texts(i),
        chunked: texts(i),
    };
    let pointed = |i: usize| Pointed {
        number: Box::new(i as u32),
        text: Box::new("text ".repeat(i * 20)),
        texts: Box::new(texts(i)),
        chunked: Box::new(texts(i)),
    };
    turns_into(&[0, 1, 15].map(direct), &[0, 1, 15].map(pointed));
}

#[test]
fn what_is_widened_inside_is_widened() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Narrow {
        pair: (u8, i8),
        array: [u8; 2],
        nested: Vec<Vec<u8>>,
        result: Result<u8, u8>,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Wide {
        pair: (u32, i64),
        array: [u16; 2],
        nested: Vec<Vec<u64>>,
        result: Result<u16, u32>,
    }
    let narrow = Narrow {
        pair: (1, 2),
        array: [3, 4],
        nested: vec![vec![5], vec![]],
        result: Err(6),
    };
    let wide = Wide {
        pair: (1, 2),
        array: [3, 4],
        nested: vec![vec![5], vec![]],
        result: Err(6),
    };
    turns_into(&[narrow], &[wide]);
}
