//! A name of the person's own for a branch: a pencil beside it opens a field.

use web_sys::{HtmlInputElement, KeyboardEvent, SubmitEvent};
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_node_ref, use_state_eq};

use crate::lab::session::LONGEST_NAME;
use crate::lab::wire::BranchView;
use crate::page::hooks::use_focus_back;
use crate::page::intent::Intent;
use crate::page::panels::icon;
use crate::page::panels::tracks::origin;
use crate::page::words::{Words, fill};

#[derive(Properties, PartialEq)]
pub struct BranchNameProps {
    pub branch: BranchView,
    pub letter: String,
    pub words: &'static Words,
    pub on: Callback<Intent>,
}

#[component]
pub fn BranchName(props: &BranchNameProps) -> Html {
    let BranchNameProps { branch, letter, words, on } = props;
    let label = fill(words.name_branch, &[letter]);
    let open = use_state_eq(|| false);
    let field = use_node_ref();
    use_focus_back(*open);
    {
        let field = field.clone();
        use_effect_with(*open, move |_| {
            if let Some(field) = field.cast::<HtmlInputElement>() {
                let _ = field.focus();
                field.select();
            }
        });
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_| open.set(!*open))
    };
    let submit = {
        let (open, field, on, id) = (open.setter(), field.clone(), on.clone(), branch.id);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            open.set(false);
            if let Some(field) = field.cast::<HtmlInputElement>() {
                on.emit(Intent::Name(id, field.value()));
            }
        })
    };
    // Escape is the field's before it is the drawer's.
    let leave = {
        let open = open.setter();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                open.set(false);
            }
        })
    };
    html! {
        <>
            <button class="plain" aria-label={label.clone()} title={label} aria-expanded={if *open { "true" } else { "false" }} onclick={toggle}>
                { icon("pencil") }
            </button>
            if *open {
                <form class="line naming" onsubmit={submit} onkeydown={leave}>
                    <input ref={field} aria-label={words.branch_name} value={branch.name.clone()} placeholder={origin(branch, words)}
                        maxlength={LONGEST_NAME.to_string()} autocomplete="off" spellcheck="false" />
                    <button class="outlined" aria-label={words.keep_name} title={words.keep_name}>{ icon("check") }</button>
                </form>
            }
        </>
    }
}
