pub struct Pair<A, B = u32, const N: usize = 2>
where
    A: Clone,
{
    pub first: [A; N],
    pub second: B,
}
