//! The threads of a save or load. Nothing blocks inside the pool: what writes or waits is the
//! caller's thread.

#[cfg(feature = "parallel")]
use rayon::prelude::*;
#[cfg(feature = "parallel")]
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

/// Which threads may help.
#[derive(Debug, Clone, Default)]
pub(crate) enum Workers {
    /// None: everything happens on the caller's thread.
    #[default]
    None,
    /// Those of the process's shared pool.
    #[cfg(feature = "parallel")]
    Shared,
    /// Those of a pool of its own.
    #[cfg(feature = "parallel")]
    Own(Arc<rayon::ThreadPool>),
}

impl Workers {
    /// The process's shared pool, where threads are compiled in and there are several.
    pub(crate) fn shared() -> Self {
        #[cfg(feature = "parallel")]
        if rayon::current_num_threads() > 1 {
            return Self::Shared;
        }
        Self::None
    }

    /// As many as asked for; the shared pool where nobody asked.
    #[cfg_attr(
        not(feature = "parallel"),
        allow(
            clippy::unnecessary_wraps,
            reason = "starting threads may fail where there are any"
        )
    )]
    pub(crate) fn of(threads: Option<usize>) -> std::io::Result<Self> {
        #[cfg(feature = "parallel")]
        if let Some(threads) = threads.filter(|threads| *threads > 1) {
            return rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .map(|pool| Self::Own(Arc::new(pool)))
                .map_err(std::io::Error::other);
        }
        Ok(match threads {
            None => Self::shared(),
            Some(_) => Self::None,
        })
    }

    /// How many jobs can run at once.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::None => 1,
            #[cfg(feature = "parallel")]
            Self::Shared => rayon::current_num_threads(),
            #[cfg(feature = "parallel")]
            Self::Own(pool) => pool.current_num_threads(),
        }
    }

    /// Runs `job` for each of `0..count` and returns the results in order.
    pub(crate) fn map<R: Send>(&self, count: usize, job: impl Fn(usize) -> R + Sync) -> Vec<R> {
        if self.count() < 2 || count < 2 {
            return (0..count).map(job).collect();
        }
        let results: Vec<Mutex<Option<R>>> = (0..count).map(|_| Mutex::new(None)).collect();
        self.run(count, &|i| {
            let result = job(i);
            if let Some(place) = results.get(i) {
                *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            }
        });
        results
            .into_iter()
            .filter_map(|place| place.into_inner().unwrap_or_else(PoisonError::into_inner))
            .collect()
    }

    /// Runs `job` for each of `0..count`. Not generic: what the pool is made of is compiled once,
    /// not for each type that is saved or loaded.
    fn run(&self, count: usize, job: &(dyn Fn(usize) + Sync)) {
        match self {
            Self::None => (0..count).for_each(job),
            #[cfg(feature = "parallel")]
            Self::Shared => (0..count).into_par_iter().for_each(job),
            #[cfg(feature = "parallel")]
            Self::Own(pool) => pool.install(|| (0..count).into_par_iter().for_each(job)),
        }
    }

    /// Runs `beside` on the workers while `here` runs on the caller's thread.
    pub(crate) fn while_doing<R>(
        &self,
        beside: &mut (dyn FnMut() + Send),
        here: impl FnOnce() -> R,
    ) -> R {
        match self {
            Self::None => {
                beside();
                here()
            }
            #[cfg(feature = "parallel")]
            Self::Shared => rayon::in_place_scope(|scope| {
                scope.spawn(move |_| beside());
                here()
            }),
            #[cfg(feature = "parallel")]
            Self::Own(pool) => pool.in_place_scope(|scope| {
                scope.spawn(move |_| beside());
                here()
            }),
        }
    }
}
