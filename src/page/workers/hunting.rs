//! "Find me a bug": several hunters run seeds at once, and one of them makes small what was found. The page hears how far
//! they have come.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::{Rc, Weak};

use super::hunter::Hunter;
use crate::lab::hunter::seeds::Seeds;
use crate::lab::hunter::tally::Tally;
use crate::lab::hunter::wire::{Find, Quarry, Reply, Request};
use crate::lab::spoken::{Say, in_problem};
use crate::lab::wire::Problem;
use crate::page::driver::performance_now;

/// Seeds after which a hunt ends by itself.
const SEEDS: u64 = 100_000;
/// Seeds that a hunter is given at once.
const PART: u64 = 16;
/// Each of them holds all engines in its memory.
const MOST_HUNTERS: f64 = 8.0;
/// The chrome is told at most every so many milliseconds.
const TELL_EVERY: f64 = 125.0;

/// How far a hunt has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Hunted {
    pub quarry: Quarry,
    pub from: u64,
    /// All before this one were run.
    pub upto: u64,
    pub hunters: usize,
    pub seconds: f64,
    pub tally: Tally,
    pub stand: Stand,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stand {
    Seeking,
    /// A seed violates something, and its run is made small.
    Shrinking {
        seed: u64,
        attempts: u32,
        find: Option<Rc<Find>>,
    },
    /// It was made as small as it goes, or enough of it.
    Found(Rc<Find>),
    Nothing,
    Stopped,
    Refused(Problem),
    Failed,
}

impl Hunted {
    /// Texts for people.
    pub fn speak(&mut self, say: Say) {
        match &mut self.stand {
            Stand::Found(find) | Stand::Shrinking { find: Some(find), .. } => {
                let find = Rc::make_mut(find);
                say(&mut find.claim);
                say(&mut find.says);
            }
            Stand::Refused(problem) => in_problem(problem, say),
            _ => {}
        }
        let milestones = std::mem::take(&mut self.tally.milestones).into_iter().map(|(mut name, runs)| {
            say(&mut name);
            (name, runs)
        });
        self.tally.milestones = milestones.collect();
    }
}

impl Stand {
    pub fn is_over(&self) -> bool {
        !matches!(self, Stand::Seeking | Stand::Shrinking { .. })
    }
}

pub struct Hunting {
    me: Weak<Hunting>,
    hunt: RefCell<Option<Hunt>>,
    report: Box<dyn Fn(Hunted)>,
}

struct Hunt {
    quarry: Quarry,
    from: u64,
    seeds: Seeds,
    posts: Vec<Post>,
    hunters: usize,
    /// When it began; when its last seed was run.
    began: f64,
    sought: Option<f64>,
    stand: Stand,
    told: f64,
    untold: bool,
}

/// A hunter, and the seeds that it has yet to run.
struct Post {
    hunter: Hunter,
    part: Option<Range<u64>>,
}

impl Hunting {
    pub fn new(report: impl Fn(Hunted) + 'static) -> Rc<Hunting> {
        Rc::new_cyclic(|me| Hunting { me: me.clone(), hunt: RefCell::default(), report: Box::new(report) })
    }

    pub fn start(&self, quarry: Quarry, from: u64) {
        let posts = (0..workers()).filter_map(|place| {
            let me = self.me.clone();
            let hunter = Hunter::start(move |bytes| {
                if let Some(hunting) = me.upgrade() {
                    hunting.hear(place, &bytes);
                }
            });
            Some(Post { hunter: hunter?, part: None })
        });
        let posts: Vec<Post> = posts.collect();
        let mut hunt = Hunt {
            quarry,
            from,
            seeds: Seeds::new(from..from.saturating_add(SEEDS)),
            hunters: posts.len(),
            stand: if posts.is_empty() { Stand::Failed } else { Stand::Seeking },
            posts,
            began: performance_now(),
            sought: None,
            told: 0.0,
            untold: false,
        };
        hunt.send_out();
        (self.report)(hunt.told(performance_now()));
        *self.hunt.borrow_mut() = Some(hunt);
    }

    /// Ends it at once; what was found is kept as small as it is.
    pub fn stop(&self) {
        if let Some(hunt) = &mut *self.hunt.borrow_mut() {
            hunt.stand = match &hunt.stand {
                Stand::Shrinking { find: Some(find), .. } => Stand::Found(find.clone()),
                stand if stand.is_over() => return,
                _ => Stand::Stopped,
            };
            hunt.sought.get_or_insert(performance_now());
            hunt.untold = true;
        }
        self.look_after(0.0);
    }

    fn hear(&self, place: usize, bytes: &[u8]) {
        if let Some(hunt) = &mut *self.hunt.borrow_mut() {
            hunt.hear(place, bytes);
        }
        self.tell();
    }

    /// What was told is told in another language.
    pub fn tell_again(&self) {
        if let Some(hunt) = &mut *self.hunt.borrow_mut() {
            hunt.untold = true;
        }
    }

    /// Called each animation frame.
    pub fn look_after(&self, milliseconds: f64) {
        if let Some(hunt) = &mut *self.hunt.borrow_mut() {
            let mut dead = false;
            for post in &mut hunt.posts {
                dead |= post.hunter.is_dead(milliseconds);
            }
            if dead && !hunt.stand.is_over() {
                hunt.stand = Stand::Failed;
                hunt.untold = true;
            }
            if hunt.stand.is_over() {
                hunt.posts.clear();
            }
        }
        self.tell();
    }

    fn tell(&self) {
        let now = performance_now();
        let told = self.hunt.borrow_mut().as_mut().and_then(|hunt| {
            let due = hunt.untold && (hunt.stand.is_over() || now - hunt.told >= TELL_EVERY);
            due.then(|| {
                (hunt.told, hunt.untold) = (now, false);
                hunt.told(now)
            })
        });
        if let Some(told) = told {
            (self.report)(told);
        }
    }
}

/// One is left to the page, and one to its run.
fn workers() -> usize {
    let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    (cores - 1.0).clamp(1.0, MOST_HUNTERS) as usize
}

impl Hunt {
    fn told(&self, now: f64) -> Hunted {
        Hunted {
            quarry: self.quarry.clone(),
            from: self.from,
            upto: self.seeds.upto(),
            hunters: self.hunters,
            seconds: (self.sought.unwrap_or(now) - self.began) / 1_000.0,
            tally: self.seeds.tally().clone(),
            stand: self.stand.clone(),
        }
    }

    fn hear(&mut self, place: usize, bytes: &[u8]) {
        let Some(post) = self.posts.get_mut(place) else { return };
        let Some(reply) = post.hunter.take(bytes) else {
            // Fetching the hunters is no hunting.
            if self.seeds.upto() == self.from {
                self.began = performance_now();
            }
            return;
        };
        if self.stand.is_over() {
            return;
        }
        self.untold = true;
        match reply {
            Reply::Tried(tried) => {
                let given = post.part.take().unwrap_or_default();
                let upto = tried.seeds.end;
                self.seeds.tried(tried.seeds, tried.tally, tried.violates);
                post.part = self.seeds.rest(upto..given.end);
                if self.stand == Stand::Seeking && self.seeds.is_over() {
                    self.sought = Some(performance_now());
                    self.shrink(place);
                } else {
                    self.send_out();
                }
            }
            Reply::Shrinking { attempts, find } => {
                self.stand = Stand::Shrinking { seed: find.seed, attempts, find: Some(Rc::from(find)) };
            }
            Reply::Shrunk(Some(find)) => self.stand = Stand::Found(Rc::from(find)),
            // A run that violates something does so again.
            Reply::Shrunk(None) => self.stand = Stand::Failed,
            Reply::Refused(problem) => self.stand = Stand::Refused(problem),
            // Nothing of the kind was asked.
            Reply::Judging { .. } | Reply::Judged(_) => {}
        }
    }

    /// Gives whoever has nothing to do the next seeds.
    fn send_out(&mut self) {
        if self.stand != Stand::Seeking {
            return;
        }
        for post in self.posts.iter_mut().filter(|post| post.hunter.is_idle()) {
            post.part = post.part.take().or_else(|| self.seeds.take(PART));
            if let Some(seeds) = &post.part {
                post.hunter.ask(Request::Try { quarry: self.quarry.clone(), seeds: seeds.clone() });
            }
        }
    }

    /// All seeds that matter have been run: the smallest that violates something, if any, is made small.
    fn shrink(&mut self, place: usize) {
        self.stand = match self.seeds.answer() {
            None => Stand::Nothing,
            Some(seed) => {
                self.posts[place].hunter.ask(Request::Shrink { quarry: self.quarry.clone(), seed });
                Stand::Shrinking { seed, attempts: 0, find: None }
            }
        };
    }
}
