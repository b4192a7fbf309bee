//! The threads of a save or load. Nothing blocks inside the pool: what writes or waits is the
//! caller's thread.

use std::ops::Range;
#[cfg(feature = "parallel")]
use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Which threads may help.
#[derive(Debug, Clone, Default)]
pub(crate) enum Workers {
    /// None: everything happens on the caller's thread.
    #[default]
    None,
    /// Those of the process's shared pool.
    #[cfg(feature = "parallel")]
    Shared,
    /// Those of a pool of its own, and the caller's.
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
            // The caller's thread is one of them.
            return rayon::ThreadPoolBuilder::new()
                .num_threads(threads - 1)
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
            Self::Own(pool) => pool.current_num_threads() + 1,
        }
    }

    /// Runs `job` for each of `0..count` and returns the results in order.
    pub(crate) fn map<R: Send>(&self, count: usize, job: impl Fn(usize) -> R + Sync) -> Vec<R> {
        if self.count() < 2 || count < 2 {
            return (0..count).map(job).collect();
        }
        let results: Vec<Mutex<Option<R>>> = (0..count).map(|_| Mutex::new(None)).collect();
        let claims = Claims::new(count);
        let work = || {
            while let Some(i) = claims.first() {
                let result = job(i);
                if let Some(place) = results.get(i) {
                    *lock(place) = Some(result);
                }
            }
        };
        self.while_helped(count - 1, &work, |_| work());
        let done = |place: Mutex<_>| place.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.into_iter().filter_map(done).collect()
    }

    /// Runs `here` on the caller's thread, and `help` on others meanwhile: on as many as there are
    /// beside it, and at most so many; `here` can call for another one. Not generic in what helps: what
    /// the pool is made of is compiled once, not for each type that is saved or loaded.
    ///
    /// The caller works too, instead of waiting for the pool.
    pub(crate) fn while_helped<R>(
        &self,
        most: usize,
        help: &(dyn Fn() + Sync),
        here: impl FnOnce(&dyn Fn()) -> R,
    ) -> R {
        #[cfg(feature = "parallel")]
        let helpers = most.min(self.count() - 1);
        #[cfg(not(feature = "parallel"))]
        let _ = (most, help);
        match self {
            #[cfg(feature = "parallel")]
            Self::Shared => rayon::in_place_scope(|scope| {
                spawn(scope, helpers, help);
                here(&|| spawn(scope, 1, help))
            }),
            #[cfg(feature = "parallel")]
            Self::Own(pool) => pool.in_place_scope(|scope| {
                spawn(scope, helpers, help);
                here(&|| spawn(scope, 1, help))
            }),
            Self::None => here(&|| ()),
        }
    }
}

#[cfg(feature = "parallel")]
fn spawn<'s>(scope: &rayon::Scope<'s>, helpers: usize, help: &'s (dyn Fn() + Sync)) {
    for _ in 0..helpers {
        scope.spawn(|_| help());
    }
}

/// Numbers of jobs, handed out in their order.
#[derive(Debug)]
pub(crate) struct Claims(Mutex<Range<usize>>);

impl Claims {
    pub(crate) fn new(count: usize) -> Self {
        Self(Mutex::new(0..count))
    }

    /// The next job from the start.
    pub(crate) fn first(&self) -> Option<usize> {
        lock(&self.0).next()
    }

    /// Gives up what is left.
    pub(crate) fn end(&self) {
        *lock(&self.0) = 0..0;
    }
}

/// A panic of a job is passed on when all are done: what it left behind a lock is looked at by nobody.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
