//! What a page asks of its hunters: seeds in slices, and a find made small, that plays and stands shortly before what it
//! shows.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use netsplit::lab::catalog::Keep;
use netsplit::lab::hunt::Hunt;
use netsplit::lab::hunter::Hunter;
use netsplit::lab::hunter::seeds::Seeds;
use netsplit::lab::hunter::wire::{Find, Quarry, Reply, Request, Tried};
use netsplit::lab::play;
use netsplit::lab::script::Script;
use netsplit::lab::wire::{decode, encode};

/// A clock that moves on by so much whenever it is read.
fn hunter(microseconds: u64) -> Hunter {
    let now = Rc::new(Cell::new(0));
    Hunter::new(move || now.replace(now.get() + microseconds))
}

fn quarry(system: &str, flaw: &str) -> Quarry {
    Quarry { system: system.to_owned(), flaws: vec![flaw.to_owned()], ..Quarry::default() }
}

/// Asked and answered as between two threads.
fn ask(hunter: &Hunter, request: &Request, told: &mut Vec<Reply>) -> Reply {
    let carried = |reply: &Reply| decode::<Reply>(&encode(reply)).expect("a reply can be read");
    let request = decode(&encode(request)).expect("a request can be read");
    let last = hunter.answer(request, &mut |reply| told.push(carried(&reply)));
    assert!(last.is_last() && !told.iter().any(Reply::is_last));
    carried(&last)
}

fn attempt(hunter: &Hunter, quarry: &Quarry, seeds: Range<u64>) -> Tried {
    match ask(hunter, &Request::Try { quarry: quarry.clone(), seeds }, &mut Vec::new()) {
        Reply::Tried(tried) => tried,
        other => panic!("{other:?}"),
    }
}

#[test]
fn slices_come_to_what_one_search_comes_to() {
    let quarry = quarry("lock_queue", "no_fencing");
    let hunt = Hunt::of(&quarry).expect("it exists");
    let least = (1..600).find(|seed| hunt.run(*seed).violation.is_some()).expect("one violates a claim");
    // A slice is one run long, a few, or has no end.
    let tallies = [1_000_000, 30_000, 0].map(|microseconds| {
        let hunter = hunter(microseconds);
        let mut seeds = Seeds::new(1..600);
        let mut part = seeds.take(25);
        let mut slices = 0;
        while !seeds.is_over() {
            let given = part.clone().expect("there is more to do");
            let tried = attempt(&hunter, &quarry, given.clone());
            assert!(tried.seeds.start == given.start && tried.seeds.end > given.start && tried.seeds.end <= given.end);
            slices += 1;
            part = seeds.rest(tried.seeds.end..given.end);
            seeds.tried(tried.seeds, tried.tally, tried.violates);
            part = part.or_else(|| seeds.take(25));
        }
        assert_eq!((seeds.answer(), seeds.tally().runs), (Some(least), least));
        if microseconds == 1_000_000 {
            assert_eq!(slices, least, "a slice is over as soon as it has been long enough");
        }
        seeds.tally().clone()
    });
    assert!(tallies.iter().all(|tally| *tally == tallies[0]));
    let tally = &tallies[0];
    assert!(tally.counted > 0 && tally.counted <= tally.runs && tally.events > 0 && !tally.faults.is_empty());
    assert_eq!(tally.messages.len(), hunt.system.messages().len());
    assert_eq!(tally.milestones.len(), hunt.system.milestones().len());
    assert!(tally.messages.values().all(|runs| *runs <= tally.runs) && tally.messages.values().any(|runs| *runs > 0));
    assert!(tally.milestones.values().any(|runs| *runs > 0));
}

#[test]
fn a_find_is_made_small_and_opens_shortly_before_the_violation() {
    let quarry = quarry("lock_queue", "no_fencing");
    let hunt = Hunt::of(&quarry).expect("it exists");
    let seed = (1..600).find(|seed| hunt.run(*seed).violation.is_some()).expect("one violates a claim");
    let mut told = Vec::new();
    let Reply::Shrunk(Some(find)) = ask(&hunter(50_000), &Request::Shrink { quarry: quarry.clone(), seed }, &mut told)
    else {
        panic!("it violates a claim")
    };
    let finds: Vec<(u32, Find)> = told
        .into_iter()
        .map(|reply| match reply {
            Reply::Shrinking { attempts, find } => (attempts, *find),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(finds.len() > 2, "it says how far it has come");
    assert_eq!(finds[0].0, 0, "and has something to show from the beginning");
    assert!(finds.is_sorted_by(|(one, _), (next, _)| one < next));
    assert!(find.entries < finds[0].1.entries);
    for find in finds.iter().map(|(_, find)| find).chain([&*find]) {
        let script = Script::parse(&find.script).unwrap_or_else(|problem| panic!("{problem:?}\n{}", find.script));
        let played = play::play(&script, Keep::default()).expect("it plays");
        assert!(played.ok(), "{:?}\n{}", played.failures, find.script);
        let at = played
            .engine
            .claims()
            .into_iter()
            .find_map(|claim| claim.violation.filter(|_| claim.name == find.property));
        let (before, at) = (script.playhead.expect("it stands somewhere"), at.expect("it is violated").at);
        assert!(before < at && at.time.since(before.time).0 < 10_000_000, "{before:?} {at:?}");
    }
    let harmless = Request::Shrink { quarry: Quarry { flaws: Vec::new(), ..quarry }, seed };
    assert_eq!(ask(&hunter(1), &harmless, &mut Vec::new()), Reply::Shrunk(None));
}

#[test]
fn what_does_not_exist_is_refused_with_a_hint() {
    let hunter = hunter(1);
    for quarry in [
        quarry("nowhere", "none"),
        quarry("zab", "vote_by_it"),
        Quarry { system: "zab".to_owned(), options: vec![("voters".to_owned(), "none".to_owned())], flaws: Vec::new() },
    ] {
        for request in
            [Request::Try { quarry: quarry.clone(), seeds: 1..2 }, Request::Shrink { quarry: quarry.clone(), seed: 1 }]
        {
            let Reply::Refused(problem) = ask(&hunter, &request, &mut Vec::new()) else { panic!("{quarry:?}") };
            assert!(!problem.message.is_empty());
        }
    }
}
