//! What only the user knows: sequences of one, conversions.

use super::holder::becomes;
use parcode::{ErrorKind, Parcode, ParcodeObject};

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
struct Old {
    owner: String,
    price: u32,
    #[parcode(chunkable)]
    notes: Vec<String>,
}

fn old() -> Vec<Old> {
    (1..4)
        .map(|i| Old {
            owner: format!("owner {i}"),
            price: i * 199,
            notes: (0..i * 20).map(|i| format!("note {i}")).collect(),
        })
        .collect()
}

#[test]
fn a_value_becomes_a_sequence_of_one() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct New {
        #[parcode(from_one, alias = "owner")]
        owners: Vec<String>,
        #[parcode(chunkable, from_one)]
        price: Vec<u64>,
        notes: Vec<String>,
    }
    let new = |old: Old| New {
        owners: vec![old.owner],
        price: vec![old.price.into()],
        notes: old.notes,
    };
    becomes(&old(), &old().into_iter().map(new).collect::<Vec<_>>());
    // Files of the new type are read as they are.
    let new: Vec<_> = old().into_iter().map(new).collect();
    becomes(&new, &new);
}

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
struct Money {
    cents: u64,
    currency: String,
}

fn euros(price: u32) -> Money {
    Money {
        cents: u64::from(price) * 100,
        currency: "EUR".into(),
    }
}

fn count(notes: Vec<String>) -> Result<u32, String> {
    u32::try_from(notes.len())
        .ok()
        .filter(|count| *count < 100)
        .ok_or_else(|| "too many notes".into())
}

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
struct Converted {
    owner: String,
    #[parcode(upgrade_with = "euros")]
    price: Money,
    #[parcode(alias = "notes", upgrade_with = "count")]
    note_count: u32,
}

#[test]
fn a_field_is_converted_by_a_function() {
    let converted = |old: Old| Converted {
        owner: old.owner,
        price: euros(old.price),
        note_count: old.notes.len() as u32,
    };
    let new: Vec<_> = old().into_iter().map(converted).collect();
    becomes(&old(), &new);
    becomes(&new, &new);
}

#[test]
fn a_conversion_may_fail() {
    let mut value = old().remove(0);
    value.notes = vec!["note".into(); 1000];
    let root = Parcode::in_memory(&value).unwrap();
    let error = root.file().root::<Converted>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion);
    assert!(error.to_string().contains("too many notes"), "{error}");
    assert_eq!(error.path(), "note_count");
}

#[test]
fn a_whole_type_is_converted_by_a_function() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    #[parcode(upgrade_with = "from_old")]
    struct Whole {
        label: String,
    }
    fn from_old(old: Old) -> Whole {
        Whole {
            label: format!("{} at {}", old.owner, old.price),
        }
    }
    let new: Vec<_> = old().into_iter().map(from_old).collect();
    becomes(&old(), &new);
    becomes(&new, &new);
}

#[test]
fn the_declared_old_type_may_itself_be_older() {
    /// What was before `Old`.
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Oldest {
        owner: String,
        price: u8,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Between {
        owner: String,
        price: u32,
        #[parcode(default)]
        notes: Vec<String>,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    #[parcode(upgrade_with = "from_between")]
    struct New {
        label: String,
        #[parcode(default)]
        more: u8,
    }
    fn from_between(old: Between) -> New {
        New {
            label: format!("{} at {}, {} notes", old.owner, old.price, old.notes.len()),
            more: 1,
        }
    }
    let oldest = [Oldest {
        owner: "somebody".into(),
        price: 9,
    }];
    let new = [New {
        label: "somebody at 9, 0 notes".into(),
        more: 1,
    }];
    becomes(&oldest, &new);
}
