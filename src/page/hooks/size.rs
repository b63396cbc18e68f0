use js_sys::Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, ResizeObserver};
use yew::{NodeRef, hook, use_effect_with, use_state_eq};

/// The width and height of an element in CSS pixels, kept up to date.
#[hook]
pub fn use_size(node: &NodeRef) -> (f64, f64) {
    let size = use_state_eq(|| (0.0, 0.0));
    let setter = size.setter();
    use_effect_with(node.clone(), move |node| {
        let element = node.cast::<HtmlElement>();
        let measured = element.clone();
        let measure = move || {
            if let Some(element) = &measured {
                setter.set((f64::from(element.client_width()), f64::from(element.client_height())));
            }
        };
        measure();
        let on_resize = Closure::<dyn FnMut(Array)>::new(move |_| measure());
        let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &element) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(on_resize);
        }
    });
    *size
}
