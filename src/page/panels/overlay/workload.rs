//! What the clients ask for by themselves: its kind, how often, and how many clients there are.

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, Properties, TargetCast, component, html, use_state_eq};

use crate::describe::Kind;
use crate::lab::frame::Position;
use crate::lab::wire::EntryView;
use crate::page::intent::Intent;
use crate::page::panels::field::Field;
use crate::page::state::seen::Seen;
use crate::page::words::Words;

#[derive(Properties, PartialEq)]
pub struct WorkloadProps {
    pub words: &'static Words,
    pub seen: Seen,
    pub on: Callback<Intent>,
}

/// The rates that a person can choose: the time between two operations of a client.
const RATES: [&str; 7] = ["10s", "5s", "2s", "1s", "500ms", "100ms", "10ms"];

#[component]
pub fn Workload(props: &WorkloadProps) -> Html {
    let WorkloadProps { words, seen, on } = props;
    let clients: Vec<String> =
        seen.frame.nodes.iter().filter(|node| node.kind == Kind::Client).map(|node| node.name.clone()).collect();
    let present = present(&seen.schedule, seen.frame.at);
    let kind = use_state_eq(|| present.as_ref().map(|(kind, _)| kind.clone()).unwrap_or_default());
    let every = use_state_eq(|| present.map_or_else(|| "2s".to_string(), |(_, every)| every));
    if clients.is_empty() || seen.run.workloads.is_empty() {
        return Html::default();
    }
    let choose = {
        let kind = kind.setter();
        Callback::from(move |event: Event| kind.set(event.target_unchecked_into::<HtmlSelectElement>().value()))
    };
    let rate = {
        let every = every.setter();
        Callback::from(move |event: Event| every.set(event.target_unchecked_into::<HtmlSelectElement>().value()))
    };
    let apply = {
        let lines = lines(&clients, &kind, &every);
        Intent::Act(lines.clone()).on_click(on)
    };
    let about = seen.run.workloads.iter().find(|(name, _)| *name == *kind).map(|(_, about)| about.clone());
    let own_rate = (!RATES.contains(&every.as_str())).then(|| (*every).clone());
    html! {
        <>
            <h3>{ words.workload }</h3>
            <label class="option"><span>{ words.workload_kind }<small>{ about }</small></span>
                <select onchange={choose}>
                    <option value="" selected={kind.is_empty()}>{ words.workload_none }</option>
                    { for seen.run.workloads.iter().map(|(name, _)| html! { <option value={name.clone()} selected={*name == *kind}>{ name }</option> }) }
                </select>
            </label>
            <label class="option"><span>{ words.workload_every }</span>
                <select onchange={rate}>
                    { for own_rate.iter().map(|own| html! { <option selected=true>{ own }</option> }) }
                    { for RATES.iter().map(|rate| html! { <option selected={*every == *rate}>{ *rate }</option> }) }
                </select>
            </label>
            { clients_option(words, seen, on) }
            <div class="panel-actions"><button class="outlined" onclick={apply}>{ words.workload_apply }</button></div>
        </>
    }
}

/// How many clients there are is an option of most systems, under this name.
pub const CLIENTS: &str = "clients";

fn clients_option(words: &Words, seen: &Seen, on: &Callback<Intent>) -> Html {
    let Some(option) = seen.run.options.iter().find(|option| option.name == CLIENTS) else { return Html::default() };
    let set = on.reform(|value: String| Intent::Set(format!("option {CLIENTS} {value}")));
    html! {
        <label class="option"><span>{ words.workload_clients }<small>{ &option.range }</small></span>
            <Field value={option.value.clone()} is_number=true on={set} /></label>
    }
}

/// The kind and the rate that a client follows at an instant, as the schedule says.
fn present(schedule: &[EntryView], now: Position) -> Option<(String, String)> {
    let mut present = None;
    for entry in schedule.iter().filter(|entry| entry.at <= now) {
        let words: Vec<&str> = entry.line.split(' ').collect();
        match words.as_slice() {
            ["workload", _, kind, "every", every, ..] => present = Some(((*kind).to_string(), (*every).to_string())),
            ["rest", _] => present = None,
            _ => {}
        }
    }
    present
}

/// A line for each client.
fn lines(clients: &[String], kind: &str, every: &str) -> String {
    let line = |client: &String| match kind {
        "" => format!("rest {client}"),
        kind => format!("workload {client} {kind} every {every}"),
    };
    clients.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Time;

    #[test]
    fn the_schedule_says_what_clients_do() {
        let at = |time: u64| Position::at(Time(time));
        let entry = |time: u64, line: &str| EntryView { at: at(time), line: line.into(), no_effect: None };
        let schedule = [entry(1, "workload c1 writes every 2s"), entry(5, "crash n1"), entry(9, "rest c1")];
        assert_eq!(present(&schedule, at(0)), None);
        assert_eq!(present(&schedule, at(5)), Some(("writes".into(), "2s".into())));
        assert_eq!(present(&schedule, at(9)), None);
    }

    #[test]
    fn every_client_gets_its_lines() {
        let clients = ["c1".to_string(), "c2".to_string()];
        assert_eq!(lines(&clients, "", "1s"), "rest c1\nrest c2");
        assert_eq!(lines(&clients, "reads", "1s"), "workload c1 reads every 1s\nworkload c2 reads every 1s");
    }
}
