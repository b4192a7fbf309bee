//! Numbers of another width, options, boxes.

use super::holder::{becomes, turns_into};
use parcode::{ErrorKind, Parcode};

#[test]
fn integers_are_widened_and_narrowed() {
    turns_into(&[0u8, 1, 255], &[0u16, 1, 255]);
    turns_into(&[0u32, u32::MAX], &[0u64, 4_294_967_295]);
    turns_into(&[0u64, u64::MAX], &[0u128, 18_446_744_073_709_551_615]);
    turns_into(&[-128i8, 0, 127], &[-128i64, 0, 127]);
    turns_into(&[i64::MIN, -1], &[-9_223_372_036_854_775_808i128, -1]);
    turns_into(&[0u8, 200], &[0i16, 200]);
}

#[test]
fn floats_are_widened_and_narrowed() {
    turns_into(
        &[0.5f32, -1.25, f32::INFINITY],
        &[0.5f64, -1.25, f64::INFINITY],
    );
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
    turns_into(&[1u32, 2], &[Some(1u32), Some(2)]);
    turns_into(
        &["a".to_string(), "longer than the threshold ".repeat(9)],
        &[
            Some("a".to_string()),
            Some("longer than the threshold ".repeat(9)),
        ],
    );
    becomes(&[Some(1u8), None], &[Some(1u64), None]);
    turns_into(&[vec![1u16], vec![]], &[Some(vec![1u32]), Some(vec![])]);
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
    turns_into(&[1u32, 2], &[Box::new(1u32), Box::new(2)]);
    let (short, long) = ("short".to_string(), "long ".repeat(500));
    turns_into(
        &[short.clone(), long.clone()],
        &[Box::new(short.clone()), Box::new(long.clone())],
    );
    turns_into(
        &[vec![short.clone()], vec![long.clone()]],
        &[Box::new(vec![short]), Box::new(vec![long])],
    );
}

#[test]
fn what_is_widened_inside_is_widened() {
    turns_into(&[(1u8, 2i8)], &[(1u32, 2i64)]);
    turns_into(&[[1u8, 2]], &[[1u16, 2]]);
    turns_into(&[vec![vec![1u8], vec![]]], &[vec![vec![1u64], vec![]]]);
    turns_into(&[Ok::<u8, u8>(1), Err(2)], &[Ok::<u16, u32>(1), Err(2)]);
}
