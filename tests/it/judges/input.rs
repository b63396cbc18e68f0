//! What is read, and what is said about what cannot be.

use netsplit::judges::models::{self, Kind, Property};
use netsplit::judges::verdict::Ruling;
use netsplit::lab::bench::histories::Draw;
use netsplit::lab::histories::{self, Account, Format};
use netsplit::lab::wire::Problem;

fn judge(text: &str, kind: Kind) -> Result<(Ruling, Format), Problem> {
    let Account { history, format, .. } = histories::read(text, None)?;
    let premises = histories::premises(format, kind, None);
    let verdict = models::judge(&history, kind, &premises, Property::Linearizable, &mut |_| true);
    Ok((verdict.map_err(histories::problem)?.ruling, format))
}

#[test]
fn an_answer_is_about_the_key_that_was_asked_for() {
    let written = r#"{"process":0,"type":"invoke","f":"write","key":"x","value":"1"}
{"process":0,"type":"ok","f":"write"}
{"process":0,"type":"invoke","f":"read","key":"x"}
"#;
    for (value, ruling) in [("\"1\"", Ruling::Holds), ("\"2\"", Ruling::Violated)] {
        let text = format!("{written}{{\"process\":0,\"type\":\"ok\",\"f\":\"read\",\"value\":{value}}}");
        assert_eq!(judge(&text, Kind::Register), Ok((ruling, Format::JsonLines)), "{value}");
    }
}

#[test]
fn numbers_that_would_be_rounded_are_refused() {
    let line = r#"{"process":0,"type":"invoke","f":"write","value":99999999999999999999}"#;
    let refused = judge(line, Kind::Register).expect_err("it is no 64-bit number");
    assert!((refused.line, refused.hint.contains("as text")) == (1, true), "{refused:?}");
    let list = format!("[{}]", line.replace("99999999999999999999", "1"));
    assert!(judge(&list, Kind::Register).is_err_and(|refused| refused.message.contains("brackets")));
}

#[test]
fn written_in_many_ways() {
    use Format::{JepsenEdn, JepsenLog, JsonLines, PorcupineKv};
    use Ruling::{Holds, Violated};
    for (text, kind, format, ruling) in [
        (
            "; a comment\n({:process 0 :type :invoke :f :read} {:process 0, :type :ok, :f :read, :value 0})",
            Kind::Register,
            JepsenEdn,
            Holds,
        ),
        (
            "{:process 0 :type :invoke :f :read}\n{:process 0, :type :ok, :f :read, :value 1}",
            Kind::Register,
            JepsenEdn,
            Violated,
        ),
        (
            "[#jepsen.history.Op{:index 0, :process 0 :type :invoke :f :read}\n #jepsen.history.Op{:index 1, :process 0 :type :ok :f :read :value nil}]",
            Kind::Register,
            JepsenEdn,
            Holds,
        ),
        (
            "{:process :nemesis :type :info :f :start :value #{:n1 \"\\u0041\\b\"}} {:process 0 :type :invoke :f :write :value 5N} {:process 1 :type :invoke :f :read} {:process 1 :type :ok :f :read :value 5}",
            Kind::Register,
            JepsenEdn,
            Holds,
        ),
        (
            "[{:process 0 :type :invoke :f :write :value [:x 1]} {:process 0 :type :ok :f :write :value [:x 1]} {:process 0 :type :invoke :f :read :value [:y nil]} {:process 0 :type :ok :f :read :value [:y 0]}]",
            Kind::CasRegister,
            JepsenEdn,
            Holds,
        ),
        (
            "[{:process 0 :type :invoke :f :write :value [:x 1]} {:process 0 :type :ok :f :write :value [:x 1]} {:process 0 :type :invoke :f :read :value [:x nil]} {:process 0 :type :ok :f :read :value [:x 0]}]",
            Kind::CasRegister,
            JepsenEdn,
            Violated,
        ),
        (
            "[{:process 0, :type :invoke, :f :txn, :value [[:write :x 1] [:read :y nil]]}\n{:process 0, :type :ok, :f :txn, :value [[:write :x 1] [:read :y 0]]}]",
            Kind::MultiRegister,
            JepsenEdn,
            Holds,
        ),
        (
            "2014-05-01 12:00:00,123 INFO  jepsen.util - 3 :invoke :read nil\nsomething else\nINFO jepsen.util - 3\t:ok\t:read\t1\t:hint 0\nINFO jepsen.util - :nemesis :info :start nil",
            Kind::Register,
            JepsenLog,
            Violated,
        ),
        (
            "[2018-10-02 14:03:17] INFO jepsen.util - 3 :invoke :cas [1 2]\nINFO  jepsen.util - 3 \t:info :cas \t:timed-out",
            Kind::CasRegister,
            JepsenLog,
            Holds,
        ),
        (
            "INFO  jepsen.util - 3 \t:invoke :read \tnil \t:hint 0\r\nINFO  jepsen.util - 3 \t:ok :read \tnil \t:hint 0\r\n",
            Kind::Register,
            JepsenLog,
            Holds,
        ),
        (
            r#"{:process 0, :type :invoke, :f :put, :key "a", :value "x \"y\" z"}
{:process 0, :type :ok, :f :put, :key "a", :value "x \"y\" z"}
{:process 0, :type :invoke, :f :get, :key "a", :value nil}
{:process 0, :type :ok, :f :get, :key "a", :value "x \"y\" z"}"#,
            Kind::KeyValue,
            PorcupineKv,
            Holds,
        ),
        (
            "{\"process\": \"c1\", \"type\": \"invoke\", \"f\": \"enqueue\", \"value\": 1}\n\n{\"process\": \"c2\", \"type\": \"invoke\", \"f\": \"dequeue\"}\n{\"process\": \"c2\", \"type\": \"ok\", \"f\": \"dequeue\", \"value\": 1}",
            Kind::Queue,
            JsonLines,
            Holds,
        ),
        (
            "{ \"process\":1,\"type\":\"invoke\",\"f\":\"get\",\"key\":\"a\"}\n{\"process\":1,\"type\":\"ok\",\"f\":\"get\",\"key\":\"a\",\"value\":\"b\"}",
            Kind::KeyValue,
            JsonLines,
            Violated,
        ),
        (
            "{:process 0 :type :invoke :f :acquire} {:process 0 :type :ok :f :acquire} {:process 1 :type :invoke :f :release} {:process 1 :type :ok :f :release}",
            Kind::Mutex,
            JepsenEdn,
            Violated,
        ),
        (
            "{:process 0 :type :invoke :f :transfer :value {:from 0 :to 1 :amount 4}} {:process 1 :type :invoke :f :read} {:process 1 :type :ok :f :read :value {0 10, 1 0}} {:process 1 :type :invoke :f :read} {:process 1 :type :ok :f :read :value {0 6, 1 4}}",
            Kind::Bank,
            JepsenEdn,
            Holds,
        ),
    ] {
        assert_eq!(judge(text, kind), Ok((ruling, format)), "{text}");
    }
}

#[test]
fn mistakes_have_places() {
    let edn = "{:process 0 :type :invoke :f :read}\n";
    let log = "INFO jepsen.util - 0 :invoke :read nil\n";
    let json = "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\",\"time\":5}\n";
    for (text, line, column, says) in [
        (String::new(), 1, 1, "no history"),
        ("\n\nhello".to_owned(), 3, 1, "no history"),
        ("[]".to_owned(), 1, 1, "no operation"),
        (format!("{edn}{edn}"), 2, 1, "before its read of line 1 returned"),
        (format!("[{edn}"), 2, 1, "ends inside the `[` of line 1"),
        (format!("{edn}{{:process 0 :type"), 2, 18, "ends inside"),
        (format!("{edn} {{:process 1 :type :ok :f :read}}"), 2, 2, "without a call"),
        (format!("{edn}{{:process 0 :type :okay :f :read}}"), 2, 1, "no type :okay"),
        (format!("{edn}{{:process 0 :type :ok :f :write}}"), 2, 1, "returns from write"),
        (format!("{edn}{{:type :ok :f :write}}"), 2, 1, "no :process"),
        (format!("{edn}7"), 2, 1, "no operation"),
        (format!("{edn}{{:process 0 :type :ok :f :read :value \"a\\q\"}}"), 2, 42, "escape"),
        (format!("{edn}}}"), 2, 1, "closes what is not open"),
        (format!("{edn}{{:process 0\n :type : :f :read}}"), 3, 8, "no keyword"),
        (format!("{edn}{{:process 0\r\n :type :ok :f \\reads}}"), 3, 15, "no character"),
        (format!("{edn}{{:process 0 :type :ok\n :f #{{1 1}}}}"), 3, 10, "the same value twice"),
        (format!("{edn}{{:process 0 :type :ok :value # 1}}"), 2, 31, "no tag"),
        (
            "{:process 0 :index 4 :type :invoke :f :read}\n{:process 0 :index 3 :type :ok :f :read}".to_owned(),
            2,
            1,
            "time goes backwards",
        ),
        (
            "{:process 0 :time 4 :type :invoke :f :read}\n{:process 0 :time 3 :type :ok :f :read}".to_owned(),
            2,
            1,
            "time goes backwards",
        ),
        ("{:process 0 :type :invoke :f :dance}".to_owned(), 1, 1, "no function `dance`"),
        ("{:process 0 :type :invoke :f :cas :value 3}".to_owned(), 1, 1, "[from to]"),
        (format!("{log}INFO jepsen.util - 0 :ok"), 2, 25, "ends before its function"),
        (format!("{log}INFO jepsen.util - 0 :ok :read"), 2, 31, "ends before its value"),
        (format!("{log}INFO jepsen.util - 0 :ok :read [1"), 2, 34, "ends inside"),
        (format!("{log}INFO jepsen.util - 0"), 2, 21, "before it says what happened"),
        (format!("{json}{{\"process\":0,"), 2, 13, "ends inside"),
        (format!("{json}{{\"process\":0}}"), 2, 1, "no \"type\""),
        (format!("{json}{{\"process\":0,\"type\":\"ok\",\"f\":\"read\",\"time\":4}}"), 2, 1, "time goes backwards"),
    ] {
        let problem = judge(&text, Kind::CasRegister).expect_err(&text);
        assert!(problem.message.contains(says), "{text}: {problem:?}");
        assert_eq!((problem.line, problem.column), (line, column), "{text}: {problem:?}");
        assert!(!problem.hint.is_empty(), "{text}: {problem:?}");
    }
}

/// However a nemesis's line is broken, what clients saw is judged, and what can be understood is shown.
#[test]
fn a_nemesis_makes_no_mistakes() {
    let edn = |line: &str| {
        format!(
            "[{{:process 0 :type :invoke :f :read}}\n{line}\n {{:process 0 :type :ok :f :read :value 0}}\n{line}]\n"
        )
    };
    let log = |line: &str| format!("jepsen.util - 0 :invoke :write 1\n{line}\njepsen.util - 0 :ok :write 1\n{line}");
    let json = |line: &str| {
        format!(
            "{{\"process\":0,\"type\":\"invoke\",\"f\":\"write\",\"value\":1}}\n{line}\n{{\"process\":0,\"type\":\"ok\",\"f\":\"write\",\"value\":1}}\n{line}"
        )
    };
    for (text, faults) in [
        (edn("{:process :nemesis :type :info :f :start}"), 1),
        (edn("{:process :nemesis :index 7 :time -5 :f :kill :value {:n1 #{:a}}}"), 1),
        (edn("{:process :nemesis}"), 0),
        (edn("{:process :nemesis :type :oops :f nil :value #object[x 0x1f \"y\"]}"), 1),
        (edn("{:process :nemesis, :type :info,\n :f :start, :value\n  {:n1 1, :n1 2}}"), 0),
        (edn("{:process :nemesis :type :info :f :start :value 1x2}"), 0),
        (edn("{:process :nemesis :type :info :f : :value #{a a}}"), 0),
        (log("jepsen.util - :nemesis :info :start-partition {:n1 1x"), 1),
        (log("jepsen.util - :nemesis :info"), 0),
        (log("jepsen.util - :nemesis"), 0),
        (json(r#"{"process": "nemesis", "f": "partition", "time": "soon"}"#), 1),
        (json(r#"{"process": "nemesis", "type": 5, "f": ["a"]}"#), 1),
        (json(r#"{"process": "nemesis", "f": "#), 0),
    ] {
        let account = histories::read(&text, None).unwrap_or_else(|problem| panic!("{text}\n{problem:?}"));
        assert_eq!((account.history.operations.len(), account.faults.len()), (1, faults), "{text}");
    }
}

const NOISE: &[u8] = b"[]{}()\";:#nil019 \\-";

/// Cut short and with bytes changed, every sample is judged or refused: nothing panics.
#[test]
fn damaged_recordings() {
    let samples = [
        ("knossos/cas-register-bad-rethink-fail-minimal.edn", Kind::CasRegister),
        ("knossos/cas-register-good-cas-register-bug.edn", Kind::CasRegister),
        ("porcupine/etcd_002.log", Kind::CasRegister),
        ("porcupine/c01-bad.txt", Kind::KeyValue),
    ];
    let mut draw = Draw::new(7);
    for (file, kind) in samples {
        let path = format!("{}/tests/data/histories/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read(path).expect(file);
        for _ in 0..2_500 {
            let mut mutant = text.clone();
            mutant.truncate(1 + draw.below(text.len() as u64) as usize);
            for _ in 0..draw.below(4) {
                let at = draw.below(mutant.len() as u64) as usize;
                match draw.below(3) {
                    0 => mutant[at] = NOISE[draw.below(NOISE.len() as u64) as usize],
                    1 => drop(mutant.drain(at..(at + draw.below(9) as usize).min(mutant.len()))),
                    _ => mutant.insert(at, draw.below(128) as u8),
                }
                if mutant.is_empty() {
                    mutant.push(b' ');
                }
            }
            let text = String::from_utf8_lossy(&mutant);
            if let Ok(Account { history, format, .. }) = histories::read(&text, None) {
                let premises = histories::premises(format, kind, None);
                let _judged =
                    models::judge(&history, kind, &premises, Property::Linearizable, &mut |tried| tried < 10_000);
            }
        }
    }
}
