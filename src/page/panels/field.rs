//! A field for one value of the run: what is typed stays until it is given, however often the run is seen anew meanwhile.

use web_sys::HtmlInputElement;
use yew::{
    AttrValue, Callback, Event, Html, InputEvent, Properties, TargetCast, component, html, use_effect_with,
    use_state_eq,
};

#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// What holds now.
    pub value: AttrValue,
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub placeholder: Option<AttrValue>,
    /// Whether only digits are wanted, for a phone's keyboard.
    #[prop_or_default]
    pub is_number: bool,
    pub on: Callback<String>,
}

fn value_of(event: &Event) -> String {
    event.target_unchecked_into::<HtmlInputElement>().value()
}

#[component]
pub fn Field(props: &FieldProps) -> Html {
    let FieldProps { value, label, placeholder, is_number, on } = props;
    // What was refused stands there until it is mended, or something else holds.
    let typed = use_state_eq(|| None::<String>);
    {
        let typed = typed.setter();
        use_effect_with(value.clone(), move |_| typed.set(None));
    }
    let keep = {
        let typed = typed.setter();
        Callback::from(move |event: InputEvent| typed.set(Some(value_of(&event))))
    };
    let give = on.reform(|event: Event| value_of(&event).trim().to_string());
    let shown = typed.as_ref().map_or_else(|| value.clone(), |typed| typed.clone().into());
    html! {
        <input value={shown} aria-label={label.clone()} placeholder={placeholder.clone()}
            inputmode={is_number.then_some("numeric")} oninput={keep} onchange={give} />
    }
}
