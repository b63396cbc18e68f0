//! What engines say, in the page's language: tables beside the page, one for each system and one for what is common to
//! all, which only those who need them fetch.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, window};

use crate::lab::dictionary::Dictionary;
use crate::lab::session::build_id;

/// None where one of them cannot be had.
pub async fn fetch(systems: &[String]) -> Option<Dictionary> {
    let names = std::iter::once("common").chain(systems.iter().map(String::as_str));
    // All are asked for before the first is waited for.
    let asked: Vec<_> = names.map(ask).collect::<Option<_>>()?;
    let mut tables = String::new();
    for response in asked {
        let response: Response = response.await.ok()?.dyn_into().ok()?;
        if !response.ok() {
            return None;
        }
        tables += &JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
        tables.push('\n');
    }
    Some(Dictionary::new(&tables))
}

/// The build in the query keeps an older build's table, which the browser may hold, from being taken for this one's.
fn ask(name: &str) -> Option<JsFuture> {
    let address = format!("chinese/{name}/chinese.txt?{}", build_id());
    Some(JsFuture::from(window()?.fetch_with_str(&address)))
}
