//! Recordings of real systems, with verdicts known from where they come from: tests/data/histories.

use netsplit::judges::models::{self, Kind, Property};
use netsplit::judges::value::Value;
use netsplit::judges::verdict::{Ruling, Verdict};
use netsplit::lab::histories::{self, Account, Format};

fn judge(file: &str, kind: Kind, initial: Option<Value>) -> (Verdict, Format) {
    let path = format!("{}/tests/data/histories/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(file);
    let Account { history, format, .. } = histories::read(&text, None).expect(file);
    let premises = histories::premises(format, kind, initial);
    (models::judge(&history, kind, &premises, Property::Linearizable, &mut |_| true).expect(file), format)
}

#[track_caller]
fn check(file: &str, kind: Kind, format: Format, ruling: Ruling, explored_at_most: u64) {
    let (verdict, told) = judge(file, kind, None);
    assert_eq!((verdict.ruling, told), (ruling, format), "{file}");
    assert!(verdict.explored <= explored_at_most, "{file}: {} configurations", verdict.explored);
}

#[test]
fn etcd_under_jepsen() {
    for (name, ruling) in
        [("000", Ruling::Violated), ("001", Ruling::Violated), ("002", Ruling::Holds), ("005", Ruling::Holds)]
    {
        check(&format!("porcupine/etcd_{name}.log"), Kind::CasRegister, Format::JepsenLog, ruling, 200);
    }
}

#[test]
fn a_store_by_its_keys() {
    for (name, ruling) in [("c01-ok", Ruling::Holds), ("c01-bad", Ruling::Violated), ("c10-bad", Ruling::Violated)] {
        check(&format!("porcupine/{name}.txt"), Kind::KeyValue, Format::PorcupineKv, ruling, 1_000);
    }
}

#[test]
fn registers_of_knossos() {
    for (name, ruling) in [
        ("good-cas-register-bug", Ruling::Holds),
        ("good-memstress3-0", Ruling::Holds),
        ("bad-cas-failure", Ruling::Violated),
        ("bad-rethink-fail-minimal", Ruling::Violated),
    ] {
        check(&format!("knossos/cas-register-{name}.edn"), Kind::CasRegister, Format::JepsenEdn, ruling, 1_000);
    }
    let (verdict, _) = judge("knossos/cas-register-bad-rethink-fail-minimal.edn", Kind::CasRegister, Some(Value::Nil));
    let illegal = verdict.illegal.expect("it is bad from nil, too");
    assert_eq!((illegal.operation, illegal.prefix), (1, 5), "the read of 3 beside a write of 4");
}

#[test]
fn a_lock_of_etcd() {
    check("knossos/mutex-bad-etcd.edn", Kind::Mutex, Format::JepsenEdn, Ruling::Violated, 2_000);
}

/// What was broken from which call or return to which.
#[track_caller]
fn check_faults(file: &str, expected: &[(&str, u32, Option<u32>)]) {
    let path = format!("{}/tests/data/histories/{file}", env!("CARGO_MANIFEST_DIR"));
    let account = histories::read(&std::fs::read_to_string(&path).expect(file), None).expect(file);
    let faults: Vec<_> = account.faults.iter().map(|fault| (fault.words.as_str(), fault.from, fault.to)).collect();
    assert_eq!(faults, expected, "{file}");
}

#[test]
fn what_the_nemesis_did() {
    let cut = "start Cut off [:n3 #[:n4 :n5 :n1], :n2 #[:n4 :n5 :n1], :n4 #[:n3 :n2], :n5 #[:n3 :n2], :n1 #[:n3 :n2]]";
    check_faults("knossos/cas-register-bad-cas-failure.edn", &[(cut, 400, Some(582)), (cut, 582, Some(582))]);
    check_faults(
        "knossos/mutex-bad-etcd.edn",
        &[("start", 169, Some(370)), ("start", 553, Some(729)), ("start", 951, Some(1107))],
    );
    check_faults("knossos/cas-register-good-memstress3-0.edn", &[]);
}
