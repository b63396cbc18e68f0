use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{hook, use_effect_with, use_memo};

/// What has the keyboard's focus, if anything has it.
pub fn focused() -> Option<HtmlElement> {
    let element = gloo::utils::document().active_element().filter(|element| element.tag_name() != "BODY");
    element.and_then(|element| element.dyn_into().ok())
}

/// Where the keyboard was when something opened: there it is again when that closes and the focus is lost with it. A mouse
/// left it nowhere.
#[hook]
pub fn use_focus_back(open: bool) {
    // Asked while rendering: afterwards what had the focus may be hidden.
    let before =
        use_memo(open, |&open| focused().filter(|element| open && element.matches(":focus-visible").unwrap_or(false)));
    use_effect_with(open, move |_| {
        move || {
            if let (Some(before), None) = (before.as_ref(), focused()) {
                let _ = before.focus();
            }
        }
    });
}
