//! Line icons on a grid of sixteen, in the colour of the text beside them.

use yew::{Html, html};

pub fn icon(name: &str) -> Html {
    let filled = matches!(name, "play" | "dots" | "dot" | "crown");
    let path = path(name);
    html! {
        <svg class={if filled { "icon filled" } else { "icon" }} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <path d={path} />
        </svg>
    }
}

fn path(name: &str) -> &'static str {
    match name {
        "menu" => "M2.5 4.5h11M2.5 8h11M2.5 11.5h7",
        "share" => "M8 10V2.6M5.2 5.2 8 2.5l2.8 2.7M3.5 8v5.3h9V8",
        "sliders" => "M2.5 5h6M11.5 5h2M2.5 11h2M7.5 11h6M10 3.2v3.6M6 9.2v3.6",
        "theme" => "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
        "cross" => "M4 4l8 8M12 4l-8 8",
        "play" => "M4.5 2.9v10.2a.6.6 0 0 0 .9.5l8-5.1a.6.6 0 0 0 0-1l-8-5.1a.6.6 0 0 0-.9.5z",
        "pause" => "M5.3 3.2v9.6M10.7 3.2v9.6",
        "start" => "M3.5 3.5v9M12 3.8 7.4 8l4.6 4.2",
        "end" => "M12.5 3.5v9M4 3.8 8.6 8 4 12.2",
        "back" => "M9.8 3.8 5.4 8l4.4 4.2",
        "forward" => "M6.2 3.8 10.6 8l-4.4 4.2",
        "mark-back" => "M8 3.8 3.8 8 8 12.2M12.8 3.8 8.6 8l4.2 4.2",
        "mark-forward" => "M8 3.8 12.2 8 8 12.2M3.2 3.8 7.4 8l-4.2 4.2",
        "target" => "M8 4.4a3.6 3.6 0 1 0 .01 0M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3M8 7.2a.8.8 0 1 0 .01 0",
        "scissors" => "M5.6 6 13 12M5.6 10 13 4M4 2.9a1.9 1.9 0 1 0 .01 0M4 9.3a1.9 1.9 0 1 0 .01 0",
        "mend" => "M1.8 8h3.4M10.8 8h3.4M6.2 8h3.6M6.2 5v6M9.8 5v6",
        "separate" => "M8 1.8v3M8 6.5v3M8 11.2v3M4.6 4.2a4.4 4.4 0 0 0 0 7.6M11.4 4.2a4.4 4.4 0 0 1 0 7.6",
        "pointer" => "M4 2.4v10.2l2.7-2.5 1.7 3.7 1.7-.8-1.7-3.6 3.6-.3z",
        "knife" => "M2.2 13.8 5.6 10.4M4.9 9.6 11.6 2.2c1.6 1.2 2 2.6 1.2 4.2L6.4 11.1z",
        "present" => "M2 3h12v8.2H2zM8 11.2v2.6M5.4 13.8h5.2",
        "loop" => "M3.2 9.5a5 5 0 0 0 9.4 1M12.8 6.5a5 5 0 0 0-9.4-1M3 2.8v2.9h2.9M13 13.2v-2.9h-2.9",
        "qr" => {
            "M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h1.6v1.6M13.5 9.5v1.6M9.5 13.5h1.6M13.4 13.4h.1"
        }
        "copy" => "M5.5 5.5V2.8h7.7v7.7h-2.7M2.8 5.5h7.7v7.7H2.8z",
        "pencil" => "M3 13l.7-3L11 2.8a1.2 1.2 0 0 1 1.7 0l.5.5a1.2 1.2 0 0 1 0 1.7L6 12.3z",
        "drawer" => "M2.5 3h11v10h-11zM2.5 9.5h11",
        "measure" => "M2.5 3v10M13.5 3v10M4.5 8h7M6.3 6 4.4 8l1.9 2M9.7 6l1.9 2-1.9 2",
        "download" => "M8 2.5v8M5.2 7.8 8 10.6l2.8-2.8M3.5 13.5h9",
        "dots" => "M3.2 6.9a1.1 1.1 0 1 0 .01 0zM8 6.9a1.1 1.1 0 1 0 .01 0zM12.8 6.9a1.1 1.1 0 1 0 .01 0z",
        "crown" => "M2.6 12.4 2 5.2l3.4 3.1L8 3.2l2.6 5.1L14 5.2l-.6 7.2z",
        "crown-hollow" => "M2.9 12 2.4 5.8l3 2.7L8 4l2.6 4.5 3-2.7-.5 6.2z",
        "flag" => "M3.5 14V2.5h8l-2 2.8 2 2.7h-8",
        "why" => "M5.7 6.1a2.4 2.4 0 1 1 3.4 2.1c-.8.4-1.1.9-1.1 1.7M8 12.4v.2",
        "check" => "M3.5 8.4l3 3 6-6.6",
        "warning" => "M8 2.5 14.3 13.4H1.7zM8 6.5v3.2M8 11.6v.1",
        _ => "M8 6a2 2 0 1 0 .01 0z",
    }
}
