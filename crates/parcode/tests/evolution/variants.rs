//! Enums: variants added, reordered, renamed; a struct that became a variant.

use super::holder::{becomes, turns_into};
use parcode::{ErrorKind, Parcode, ParcodeObject};

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
enum Shape {
    Empty,
    Circle { radius: f32 },
    Named(String, u8),
}

fn shapes() -> Vec<Shape> {
    vec![
        Shape::Empty,
        Shape::Circle { radius: 1.5 },
        Shape::Named("square ".repeat(20), 4),
    ]
}

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
enum More {
    Named(String, u8),
    Polygon {
        #[parcode(chunkable)]
        corners: Vec<f32>,
    },
    #[parcode(alias = "Circle")]
    Round {
        radius: f64,
        #[parcode(default)]
        colour: Option<String>,
    },
    Empty,
}

#[test]
fn variants_are_added_reordered_and_renamed() {
    let more = [
        More::Empty,
        More::Round {
            radius: 1.5,
            colour: None,
        },
        More::Named("square ".repeat(20), 4),
    ];
    becomes(&shapes(), &more);

    // Back, where the older program is told of the new name.
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    enum Older {
        Empty,
        #[parcode(alias = "Round")]
        Circle {
            radius: f32,
        },
        Named(String, u8),
    }
    let older = [
        Older::Empty,
        Older::Circle { radius: 1.5 },
        Older::Named("square ".repeat(20), 4),
    ];
    becomes(&more, &older);
}

#[test]
fn a_variant_that_is_not_known_is_an_error_where_it_stands() {
    let mut more: Vec<More> = (0..20_000).map(|_| More::Empty).collect();
    more.push(More::Polygon { corners: vec![1.0] });
    let root = Parcode::in_memory(&more).unwrap();
    let shapes = root.file().root::<Vec<Shape>>().unwrap();
    assert_eq!(shapes.get(0).unwrap(), Some(Shape::Empty));
    let error = shapes.get(20_000).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Type);
    assert!(error.found().contains("Polygon"), "{error}");
}

#[test]
fn enums_grow_a_second_byte() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    enum Small {
        A(u32),
        B,
    }
    macro_rules! large {
        ($($name:ident)*) => {
            #[derive(ParcodeObject, Debug, PartialEq, Clone)]
            enum Large { $($name,)* B, A(u32) }
        };
    }
    large!(
        V00 V01 V02 V03 V04 V05 V06 V07 V08 V09 V0a V0b V0c V0d V0e V0f
        V10 V11 V12 V13 V14 V15 V16 V17 V18 V19 V1a V1b V1c V1d V1e V1f
        V20 V21 V22 V23 V24 V25 V26 V27 V28 V29 V2a V2b V2c V2d V2e V2f
        V30 V31 V32 V33 V34 V35 V36 V37 V38 V39 V3a V3b V3c V3d V3e V3f
        V40 V41 V42 V43 V44 V45 V46 V47 V48 V49 V4a V4b V4c V4d V4e V4f
        V50 V51 V52 V53 V54 V55 V56 V57 V58 V59 V5a V5b V5c V5d V5e V5f
        V60 V61 V62 V63 V64 V65 V66 V67 V68 V69 V6a V6b V6c V6d V6e V6f
        V70 V71 V72 V73 V74 V75 V76 V77 V78 V79 V7a V7b V7c V7d V7e V7f
        V80 V81 V82 V83 V84 V85 V86 V87 V88 V89 V8a V8b V8c V8d V8e V8f
        V90 V91 V92 V93 V94 V95 V96 V97 V98 V99 V9a V9b V9c V9d V9e V9f
        Va0 Va1 Va2 Va3 Va4 Va5 Va6 Va7 Va8 Va9 Vaa Vab Vac Vad Vae Vaf
        Vb0 Vb1 Vb2 Vb3 Vb4 Vb5 Vb6 Vb7 Vb8 Vb9 Vba Vbb Vbc Vbd Vbe Vbf
        Vc0 Vc1 Vc2 Vc3 Vc4 Vc5 Vc6 Vc7 Vc8 Vc9 Vca Vcb Vcc Vcd Vce Vcf
        Vd0 Vd1 Vd2 Vd3 Vd4 Vd5 Vd6 Vd7 Vd8 Vd9 Vda Vdb Vdc Vdd Vde Vdf
        Ve0 Ve1 Ve2 Ve3 Ve4 Ve5 Ve6 Ve7 Ve8 Ve9 Vea Veb Vec Ved Vee Vef
        Vf0 Vf1 Vf2 Vf3 Vf4 Vf5 Vf6 Vf7 Vf8 Vf9 Vfa Vfb Vfc Vfd Vfe Vff
    );
    turns_into(&[Small::A(7), Small::B], &[Large::A(7), Large::B]);
}

#[test]
fn a_struct_becomes_a_variant() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Sword {
        damage: u16,
        name: String,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    enum Weapon {
        Fist,
        #[parcode(from_struct)]
        Sword {
            name: String,
            damage: u32,
        },
    }
    let swords = [7, 8].map(|damage| Sword {
        damage,
        name: "x".repeat(damage as usize * 30),
    });
    let weapons = [7u16, 8].map(|damage| Weapon::Sword {
        name: "x".repeat(damage as usize * 30),
        damage: damage.into(),
    });
    becomes(&swords, &weapons);
    assert_ne!(weapons[0], Weapon::Fist);
}
