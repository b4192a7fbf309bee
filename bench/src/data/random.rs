//! A small generator, so that every run makes the same data and asks for the same keys.

/// xorshift64*, Vigna 2016.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    /// Streams of different seeds differ from their first number on.
    pub fn new(seed: u64) -> Self {
        let mixed = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self(mixed ^ 0x5EED)
    }

    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.number()) * end as u128) >> 64) as usize
    }

    /// The numbers below `end`, each once, in random order.
    pub fn shuffled(&mut self, end: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..end).collect();
        for last in (1..end).rev() {
            numbers.swap(last, self.below(last + 1));
        }
        numbers
    }
}
