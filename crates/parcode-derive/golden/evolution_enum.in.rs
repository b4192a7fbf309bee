enum Weapon {
    Fist,
    #[parcode(from_struct, alias = "Blade")]
    Sword {
        #[parcode(default)]
        length: u16,
    },
}
