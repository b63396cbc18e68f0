//! The phone's sheet: at rest, open to a third, or to most of the screen. Its handle is dragged or tapped.

use web_sys::{Element, PointerEvent};
use yew::{Callback, Html, Properties, TargetCast, component, html, use_mut_ref};

use crate::page::words::Words;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sheet {
    #[default]
    Rest,
    Third,
    Most,
}

impl Sheet {
    pub fn class(self) -> &'static str {
        match self {
            Sheet::Rest => "side",
            Sheet::Third => "side third",
            Sheet::Most => "side most",
        }
    }

    fn higher(self) -> Sheet {
        match self {
            Sheet::Rest => Sheet::Third,
            Sheet::Third | Sheet::Most => Sheet::Most,
        }
    }

    fn lower(self) -> Sheet {
        match self {
            Sheet::Most => Sheet::Third,
            Sheet::Third | Sheet::Rest => Sheet::Rest,
        }
    }

    /// A tap opens it, and from its highest closes it.
    fn tapped(self) -> Sheet {
        if self == Sheet::Most { Sheet::Rest } else { self.higher() }
    }

    /// After a finger has moved the handle down by so many pixels.
    fn dragged(self, down: i32) -> Sheet {
        match down {
            ..=-260 => Sheet::Most,
            -259..=-24 => self.higher(),
            -23..=23 => self,
            24..=259 => self.lower(),
            260.. => Sheet::Rest,
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct HandleProps {
    pub words: &'static Words,
    pub sheet: Sheet,
    pub on_sheet: Callback<Sheet>,
}

#[component]
pub fn Handle(props: &HandleProps) -> Html {
    let HandleProps { words, sheet, on_sheet } = props;
    let sheet = *sheet;
    let from = use_mut_ref(|| None::<i32>);
    let moved = use_mut_ref(|| false);
    let on_down = {
        let (from, moved) = (from.clone(), moved.clone());
        Callback::from(move |event: PointerEvent| {
            *from.borrow_mut() = Some(event.client_y());
            *moved.borrow_mut() = false;
            let _ = event.target_unchecked_into::<Element>().set_pointer_capture(event.pointer_id());
        })
    };
    let on_up = {
        let (from, moved, on_sheet) = (from.clone(), moved.clone(), on_sheet.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(from) = from.borrow_mut().take() else { return };
            let after = sheet.dragged(event.client_y() - from);
            *moved.borrow_mut() = (event.client_y() - from).abs() > 23;
            if after != sheet {
                on_sheet.emit(after);
            }
        })
    };
    let tap = on_sheet.reform(move |()| sheet.tapped());
    let on_click = Callback::from(move |_| {
        if !moved.replace(false) {
            tap.emit(());
        }
    });
    let expanded = if sheet == Sheet::Rest { "false" } else { "true" };
    html! {
        <button class="handle" onpointerdown={on_down} onpointerup={on_up} onclick={on_click} aria-label={words.sheet} aria-expanded={expanded}><i></i></button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_tapped_or_dragged() {
        assert_eq!(Sheet::Rest.tapped(), Sheet::Third);
        assert_eq!(Sheet::Most.tapped(), Sheet::Rest);
        assert_eq!(Sheet::Rest.dragged(-80), Sheet::Third);
        assert_eq!(Sheet::Rest.dragged(-400), Sheet::Most);
        assert_eq!(Sheet::Most.dragged(60), Sheet::Third);
        assert_eq!(Sheet::Third.dragged(5), Sheet::Third);
    }
}
