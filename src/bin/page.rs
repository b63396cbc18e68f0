//! The page's entry point: in a browser, never in the worker.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MessageEvent, Url, Worker};
use yew::{Html, component, html, use_effect_with, use_state};

#[component]
fn App() -> Html {
    let answer = use_state(|| None::<String>);
    {
        let answer = answer.clone();
        use_effect_with((), move |()| {
            let document = gloo::utils::document();
            let base = document.base_uri().ok().flatten().expect("a page has an address");
            // The build in the address keeps a browser from starting a worker that it remembers from another build.
            let file = concat!("worker_start.js?", env!("NETSPLIT_BUILD"));
            let address = Url::new_with_base(file, &base).expect("a relative address joins").href();
            let worker = Worker::new(&address).expect("a page may start a worker of its own site");
            let sender = worker.clone();
            let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let bytes = event.data().unchecked_into::<Uint8Array>().to_vec();
                match bytes.as_slice() {
                    // The worker cannot hear before it is ready, so it speaks first.
                    [] => sender.post_message(&Uint8Array::from(&b"there and back"[..])).expect("bytes can be sent"),
                    bytes => answer.set(Some(String::from_utf8_lossy(bytes).into_owned())),
                }
            });
            worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            move || {
                worker.terminate();
                drop(on_message);
            }
        });
    }
    html! {
        <main>
            <h1>{"Netsplit"}</h1>
            <p role="status">
                { match &*answer {
                    Some(text) => format!("The worker answered: {text}"),
                    None => "The worker is starting".into(),
                } }
            </p>
        </main>
    }
}

fn main() {
    let place = gloo::utils::document().get_element_by_id("page").expect("index.html has a place for the page");
    place.set_inner_html("");
    yew::Renderer::<App>::with_root(place).render();
}
