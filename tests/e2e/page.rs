//! The words in which a test speaks of the page: what a person sees, and what a person does.

use std::{
    fmt::Write as _,
    fs,
    path::PathBuf,
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use netsplit::lab::catalog::Keep;
use netsplit::lab::script::Script;
use netsplit::lab::{play, share};
use serde_json::{Value, json};

use crate::{
    site::Site,
    webdriver::{Session, pictures},
};

/// How long a person would wait before doubting.
const PATIENCE: Duration = Duration::from_secs(15);
const LOOK_AGAIN: Duration = Duration::from_millis(40);
/// The name under which WebDriver sends elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What the page is looked at with.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub width: u32,
    pub height: u32,
    pub density: u32,
    pub phone: bool,
    pub dark: bool,
    pub still: bool,
}

impl View {
    pub const DESKTOP: View = View { width: 1440, height: 900, density: 1, phone: false, dark: false, still: false };
    pub const PHONE: View = View { width: 390, height: 844, density: 2, phone: true, dark: false, still: false };
    pub const PROJECTOR: View = View { width: 1920, height: 1080, ..View::DESKTOP };

    pub fn dark(self) -> View {
        View { dark: true, ..self }
    }

    /// With the wish for reduced motion.
    pub fn still(self) -> View {
        View { still: true, ..self }
    }
}

/// An open page. Dropping it fails the test if the page complained on its console; in a failing test it leaves a picture.
pub struct Page {
    session: Session,
    site: String,
    patience: Duration,
    complaints_expected: bool,
}

/// One thing on the page.
pub struct Thing<'a> {
    page: &'a Page,
    /// The browser's own number for it.
    node: Value,
    pub name: String,
}

impl Page {
    /// With the smallest system, which has a leader from its first moment.
    pub fn open(view: View) -> Page {
        Page::open_at(view, "#replication/opening")
    }

    /// A run at the end of its script, standing still.
    pub fn open_script(view: View, text: &str) -> Page {
        let script = Script::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
        let end = play::play(&script, Keep::default()).unwrap_or_else(|problem| panic!("{text}: {problem:?}")).end;
        Page::open_at(view, &format!("#{}", share::pack(&format!("{text}\nplayhead {}us #{}\n", end.time.0, end.k))))
    }

    /// `address` is what follows the site's own: `?a=b`, `#run`, `index.html`.
    pub fn open_at(view: View, address: &str) -> Page {
        static SITE: OnceLock<Site> = OnceLock::new();
        let site = SITE.get_or_init(Site::start).address.clone();
        let _ = fs::remove_file(failure_picture());
        let page = Page { session: Session::start(), site, patience: PATIENCE, complaints_expected: false };
        page.look(view);
        page.go(address);
        page
    }

    /// Changes what the page is looked at with, while it is open.
    pub fn look(&self, view: View) {
        let metrics = json!({
            "width": view.width, "height": view.height, "deviceScaleFactor": view.density, "mobile": view.phone,
        });
        self.tool("Emulation.setDeviceMetricsOverride", &metrics);
        self.tool("Emulation.setTouchEmulationEnabled", &json!({ "enabled": view.phone, "maxTouchPoints": 5 }));
        let scheme = if view.dark { "dark" } else { "light" };
        let motion = if view.still { "reduce" } else { "no-preference" };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": motion },
        ] });
        self.tool("Emulation.setEmulatedMedia", &features);
    }

    /// Sees the page with a deficiency of vision, as the browser names it: `achromatopsia`, `deuteranopia`, `none`.
    pub fn eyes(&self, deficiency: &str) {
        self.tool("Emulation.setEmulatedVisionDeficiency", &json!({ "type": deficiency }));
    }

    /// Waiting takes this long at most from here on.
    pub fn patient(mut self, seconds: u64) -> Page {
        self.patience = Duration::from_secs(seconds);
        self
    }

    /// For a test that provokes complaints: they then do not fail it.
    pub fn expect_complaints(&mut self) {
        self.complaints_expected = true;
    }

    // Going somewhere.

    pub fn go(&self, address: &str) {
        self.post("url", &json!({ "url": format!("{}{address}", self.site) }));
    }

    pub fn reload(&self) {
        self.post("refresh", &json!({}));
    }

    pub fn back(&self) {
        self.post("back", &json!({}));
    }

    /// What follows the site's own address.
    pub fn address(&self) -> String {
        let url = self.session.get("url").expect("a page has an address");
        url.as_str().unwrap_or_default().trim_start_matches(&self.site).to_string()
    }

    // Seeing.

    /// All things of that role, in the order of the page, as assistive technology is told of them.
    pub fn all(&self, role: &str) -> Vec<Thing<'_>> {
        self.try_all(role).unwrap_or_else(|error| panic!("things of role {role}: {error}"))
    }

    /// The first thing of that role and accessible name, as soon as it is there. A name may end in "…": `n3, …`.
    #[track_caller]
    pub fn find(&self, role: &str, name: &str) -> Thing<'_> {
        let mut there = Vec::new();
        self.wait(|| {
            // The page may change between two looks at it; then the next look decides.
            let things = self.try_all(role).unwrap_or_default();
            there = things.iter().map(|thing| thing.name.clone()).collect();
            things.into_iter().find(|thing| is_called(&thing.name, name))
        })
        .unwrap_or_else(|| panic!("no {role} \"{name}\" within {:?}; there are {there:?}", self.patience))
    }

    pub fn has(&self, role: &str, name: &str) -> bool {
        self.try_all(role).unwrap_or_default().iter().any(|thing| is_called(&thing.name, name))
    }

    /// The visible text.
    pub fn text(&self) -> String {
        self.run("return document.body.innerText").as_str().unwrap_or_default().to_string()
    }

    /// The virtual time on the page, in seconds.
    #[track_caller]
    pub fn clock(&self) -> f64 {
        let text = self.find("timer", "virtual time").text();
        let reading = text.lines().next().unwrap_or_default();
        let digits: String = reading.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        digits.parse().unwrap_or_else(|_| panic!("a clock's reading: {reading:?}"))
    }

    #[track_caller]
    pub fn wait_for_text(&self, text: &str) {
        let mut seen = String::new();
        let found = self.wait(|| {
            seen = self.text();
            seen.contains(text).then_some(())
        });
        assert!(found.is_some(), "no \"{text}\" within {:?}; the page says:\n{seen}", self.patience);
    }

    #[track_caller]
    pub fn wait_until(&self, what: &str, condition: impl Fn(&Page) -> bool) {
        let held = self.wait(|| condition(self).then_some(()));
        assert!(held.is_some(), "not within {:?}: {what}; the page says:\n{}", self.patience, self.text());
    }

    /// Nothing that overflows sideways.
    #[track_caller]
    pub fn fits(&self) {
        let widths = self.run("const e = document.documentElement; return [e.scrollWidth, e.clientWidth]");
        assert!(widths[0].as_u64() <= widths[1].as_u64(), "the page is wider than its window: {widths}");
    }

    /// The controls that have no accessible name: nobody could ask for them.
    pub fn nameless(&self) -> Vec<String> {
        let roles = ["button", "link", "checkbox", "radio", "textbox", "combobox", "slider", "spinbutton", "tab"];
        let nameless = |role: &&str| self.all(role).iter().any(|thing| thing.name.is_empty());
        roles.iter().filter(|role| nameless(role)).map(|role| role.to_string()).collect()
    }

    // Doing.

    #[track_caller]
    pub fn click(&self, role: &str, name: &str) {
        let mut refusal = String::new();
        let clicked = self.wait(|| self.find(role, name).try_click().map_err(|error| refusal = error).ok());
        assert!(clicked.is_some(), "{role} \"{name}\" cannot be clicked: {refusal}");
    }

    /// Replaces what a field holds.
    #[track_caller]
    pub fn fill(&self, role: &str, name: &str, text: &str) {
        let field = self.find(role, name);
        field.command("clear", &json!({}));
        field.command("value", &json!({ "text": text }));
    }

    /// Takes one of a list's choices.
    #[track_caller]
    pub fn choose(&self, name: &str, choice: &str) {
        let list = self.find("combobox", name);
        list.script(&format!(
            "arguments[0].value = {}; arguments[0].dispatchEvent(new Event('change', {{ bubbles: true }}))",
            json!(choice)
        ));
    }

    /// Keys as on the keyboard: `k`, `Space`, `Escape`, `Shift+ArrowRight`.
    pub fn press(&self, keys: &str) {
        let names: Vec<&str> = if keys == "+" { vec!["+"] } else { keys.split('+').collect() };
        let down = names.iter().map(|name| json!({ "type": "keyDown", "value": key(name) }));
        let up = names.iter().rev().map(|name| json!({ "type": "keyUp", "value": key(name) }));
        let actions: Vec<Value> = down.chain(up).collect();
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// Types into whatever has the focus.
    pub fn type_text(&self, text: &str) {
        let actions: Vec<Value> = text
            .chars()
            .flat_map(|char| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": char.to_string() })))
            .collect();
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// Presses at one place of the window, moves to another and lets go there.
    pub fn drag(&self, from: (i32, i32), to: (i32, i32)) {
        let middle = ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
        let mut actions = vec![move_to(from, 0), json!({ "type": "pointerDown", "button": 0 })];
        actions.extend([middle, to].map(|place| move_to(place, 60)));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        self.point(&actions);
    }

    pub fn click_at(&self, place: (i32, i32)) {
        let press = ["pointerDown", "pointerUp"].map(|kind| json!({ "type": kind, "button": 0 }));
        self.point(&[&[move_to(place, 0)][..], &press].concat());
    }

    pub fn hover_at(&self, place: (i32, i32)) {
        self.point(&[move_to(place, 0)]);
    }

    pub fn double_click_at(&self, place: (i32, i32)) {
        let press = ["pointerDown", "pointerUp"].map(|kind| json!({ "type": kind, "button": 0 }));
        self.point(&[&[move_to(place, 0)][..], &press, &press].concat());
    }

    pub fn right_click_at(&self, place: (i32, i32)) {
        let press = ["pointerDown", "pointerUp"].map(|kind| json!({ "type": kind, "button": 2 }));
        self.point(&[&[move_to(place, 0)][..], &press].concat());
    }

    /// Presses at the first place, goes through the others and lets go at the last.
    pub fn stroke(&self, places: &[(i32, i32)]) {
        self.point(&stroke(places));
    }

    /// The same with a key held down.
    pub fn stroke_with(&self, held: &str, places: &[(i32, i32)]) {
        self.hold(held, true);
        self.stroke(places);
        self.hold(held, false);
    }

    fn hold(&self, name: &str, down: bool) {
        let action = json!({ "type": if down { "keyDown" } else { "keyUp" }, "value": key(name) });
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": [action] }] }));
    }

    /// Turns the wheel by pixels, with the control key or without.
    pub fn wheel(&self, place: (i32, i32), by: i32, control: bool) {
        let turn =
            json!({ "type": "scroll", "x": place.0, "y": place.1, "deltaX": 0, "deltaY": by, "origin": "viewport" });
        if control {
            self.hold("Control", true);
        }
        self.post("actions", &json!({ "actions": [{ "type": "wheel", "id": "wheel", "actions": [turn] }] }));
        if control {
            self.hold("Control", false);
        }
    }

    /// A finger along places.
    pub fn swipe(&self, places: &[(i32, i32)]) {
        self.post("actions", &json!({ "actions": [finger("finger", &stroke(places))] }));
    }

    /// A finger that rests for a second.
    pub fn long_press(&self, place: (i32, i32)) {
        let rest = json!({ "type": "pause", "duration": 1000 });
        let [down, up] = ["pointerDown", "pointerUp"].map(|kind| json!({ "type": kind, "button": 0 }));
        self.post("actions", &json!({ "actions": [finger("finger", &[move_to(place, 0), down, rest, up])] }));
    }

    /// Two fingers beside a place, from so far off to so far off.
    pub fn pinch(&self, middle: (i32, i32), from: i32, to: i32) {
        let side = |way: i32| stroke(&[from, to].map(|off| (middle.0 + way * off, middle.1)));
        self.post("actions", &json!({ "actions": [finger("left", &side(-1)), finger("right", &side(1))] }));
    }

    /// Runs the body of a function in the page: the last resort.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The same for a function that answers its last argument, a callback.
    #[track_caller]
    pub fn run_async(&self, script: &str) -> Value {
        self.post("execute/async", &json!({ "script": script, "args": [] }))
    }

    // Keeping.

    /// A picture of what is in the window, as target/e2e/<name>.png.
    pub fn screenshot(&self, name: &str) {
        let picture = self.session.get("screenshot").expect("a page can be pictured");
        let bytes = STANDARD.decode(picture.as_str().unwrap_or_default()).expect("a picture comes as base64");
        fs::write(pictures().join(format!("{name}.png")), bytes).expect("a picture can be written");
    }

    /// What the page complained of since the last look: errors, refused files, breaches of the policy.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.session.post("se/log", &json!({ "type": "browser" })).unwrap_or_default();
        let entries = log.as_array().cloned().unwrap_or_default();
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| entry["message"].as_str().unwrap_or_default().to_string()).collect()
    }

    // Beneath the words.

    fn wait<T>(&self, mut look: impl FnMut() -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + self.patience;
        loop {
            if let Some(found) = look() {
                return Some(found);
            }
            if Instant::now() > deadline {
                return None;
            }
            thread::sleep(LOOK_AGAIN);
        }
    }

    fn try_all(&self, role: &str) -> Result<Vec<Thing<'_>>, String> {
        let document = self.session.tool("DOM.getDocument", &json!({ "depth": 0 }))?;
        let root = &document["root"]["backendNodeId"];
        let tree = self.session.tool("Accessibility.queryAXTree", &json!({ "backendNodeId": root, "role": role }))?;
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        let shown = nodes.into_iter().filter(|node| node["ignored"] != json!(true));
        let name = |node: &Value| node["name"]["value"].as_str().unwrap_or_default().to_string();
        Ok(shown.map(|node| Thing { page: self, name: name(&node), node: node["backendDOMNodeId"].clone() }).collect())
    }

    #[track_caller]
    fn post(&self, command: &str, body: &Value) -> Value {
        self.session.post(command, body).unwrap_or_else(|error| panic!("{command} {body}: {error}"))
    }

    #[track_caller]
    fn tool(&self, command: &str, params: &Value) -> Value {
        self.session.tool(command, params).unwrap_or_else(|error| panic!("{command} {params}: {error}"))
    }

    fn point(&self, actions: &[Value]) {
        let pointer = json!({ "type": "pointer", "id": "pointer", "actions": actions });
        self.post("actions", &json!({ "actions": [pointer] }));
    }
}

impl Thing<'_> {
    pub fn click(&self) {
        self.try_click().unwrap_or_else(|error| panic!("\"{}\" cannot be clicked: {error}", self.name));
    }

    pub fn hover(&self) {
        self.page.hover_at(self.centre());
    }

    pub fn focus(&self) {
        self.script("arguments[0].focus()");
    }

    pub fn text(&self) -> String {
        self.script("return arguments[0].innerText ?? arguments[0].textContent")
            .as_str()
            .unwrap_or_default()
            .to_string()
    }

    pub fn value(&self) -> String {
        self.script("return arguments[0].value").as_str().unwrap_or_default().to_string()
    }

    pub fn attribute(&self, name: &str) -> Option<String> {
        let value = self.script(&format!("return arguments[0].getAttribute({})", json!(name)));
        value.as_str().map(str::to_string)
    }

    pub fn is_disabled(&self) -> bool {
        let script = "return arguments[0].disabled === true || arguments[0].getAttribute('aria-disabled') === 'true'";
        self.script(script) == json!(true)
    }

    /// Left, top, width and height in the window.
    pub fn place(&self) -> [f64; 4] {
        let place = self.script("const r = arguments[0].getBoundingClientRect(); return [r.x, r.y, r.width, r.height]");
        [0, 1, 2, 3].map(|index| place[index].as_f64().unwrap_or_default())
    }

    pub fn centre(&self) -> (i32, i32) {
        let [left, top, width, height] = self.place();
        ((left + width / 2.0) as i32, (top + height / 2.0) as i32)
    }

    fn try_click(&self) -> Result<(), String> {
        self.page.session.post(&format!("element/{}/click", self.element()?), &json!({})).map(drop)
    }

    /// The browser's tools and WebDriver name an element differently; the page itself hands it over.
    fn element(&self) -> Result<String, String> {
        let session = &self.page.session;
        let object = session.tool("DOM.resolveNode", &json!({ "backendNodeId": self.node }))?;
        let hand_over = json!({
            "objectId": object["object"]["objectId"], "functionDeclaration": "function () { window.__found = this }",
        });
        session.tool("Runtime.callFunctionOn", &hand_over)?;
        let take = json!({ "script": "return window.__found", "args": [] });
        let element = session.post("execute/sync", &take)?;
        Ok(element[ELEMENT].as_str().ok_or("it is no element")?.to_string())
    }

    #[track_caller]
    fn command(&self, command: &str, body: &Value) -> Value {
        self.page.post(&format!("element/{}/{command}", self.there()), body)
    }

    #[track_caller]
    fn script(&self, script: &str) -> Value {
        self.page.post("execute/sync", &json!({ "script": script, "args": [{ ELEMENT: self.there() }] }))
    }

    #[track_caller]
    fn there(&self) -> String {
        self.element().unwrap_or_else(|error| panic!("\"{}\" is gone: {error}", self.name))
    }
}

/// "n3, …" is any name that begins so.
fn is_called(name: &str, wanted: &str) -> bool {
    name == wanted || wanted.strip_suffix('…').is_some_and(|beginning| name.starts_with(beginning))
}

impl Drop for Page {
    fn drop(&mut self) {
        let complaints = self.complaints();
        if thread::panicking() {
            if let Ok(picture) = self.session.get("screenshot")
                && let Ok(bytes) = STANDARD.decode(picture.as_str().unwrap_or_default())
            {
                let file = failure_picture();
                let _ = fs::write(&file, bytes);
                eprintln!("the page as it was: {}", file.display());
            }
            for complaint in complaints {
                eprintln!("the page complained: {complaint}");
            }
        } else if !self.complaints_expected && !complaints.is_empty() {
            let mut text = String::from("the page complained:");
            for complaint in complaints {
                let _ = write!(text, "\n  {complaint}");
            }
            panic!("{text}");
        }
    }
}

fn failure_picture() -> PathBuf {
    let test = thread::current().name().unwrap_or("test").replace("::", "-");
    pictures().join(format!("failed-{test}.png"))
}

fn stroke(places: &[(i32, i32)]) -> Vec<Value> {
    let mut actions = vec![move_to(places[0], 0), json!({ "type": "pointerDown", "button": 0 })];
    for pair in places.windows(2) {
        let middle = ((pair[0].0 + pair[1].0) / 2, (pair[0].1 + pair[1].1) / 2);
        actions.extend([middle, pair[1]].map(|place| move_to(place, 40)));
    }
    actions.push(json!({ "type": "pointerUp", "button": 0 }));
    actions
}

fn finger(id: &str, actions: &[Value]) -> Value {
    json!({ "type": "pointer", "id": id, "parameters": { "pointerType": "touch" }, "actions": actions })
}

fn move_to(place: (i32, i32), milliseconds: u32) -> Value {
    json!({ "type": "pointerMove", "x": place.0, "y": place.1, "duration": milliseconds, "origin": "viewport" })
}

/// WebDriver has a private code point for each key that is no character.
fn key(name: &str) -> String {
    let code = match name {
        "Space" => return " ".into(),
        "Backspace" => '\u{e003}',
        "Tab" => '\u{e004}',
        "Enter" => '\u{e007}',
        "Shift" => '\u{e008}',
        "Control" => '\u{e009}',
        "Alt" => '\u{e00a}',
        "Escape" => '\u{e00c}',
        "PageUp" => '\u{e00e}',
        "PageDown" => '\u{e00f}',
        "End" => '\u{e010}',
        "Home" => '\u{e011}',
        "ArrowLeft" => '\u{e012}',
        "ArrowUp" => '\u{e013}',
        "ArrowRight" => '\u{e014}',
        "ArrowDown" => '\u{e015}',
        "Delete" => '\u{e017}',
        "Meta" => '\u{e03d}',
        char if char.chars().count() == 1 => return char.into(),
        other => panic!("no key is called {other}"),
    };
    code.to_string()
}
