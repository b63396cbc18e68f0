//! The page in Chinese, by its switch: no English sentence is left where people read, and the way back is as short.

use std::cell::RefCell;

use serde_json::Value;

use crate::ownership::{PAUSED, commands, link};
use crate::page::{Page, View};

/// Whole sentences and phrases: names, lines of script and messages have no four English words in a row.
const ENGLISH: &str = "
    const named = [...document.querySelectorAll('[aria-label], [aria-description], dfn[title]')];
    const names = named.flatMap((e) => ['aria-label', 'aria-description', 'title'].map((a) => e.getAttribute(a) ?? ''));
    const texts = [document.body.innerText, ...names].join('\\n');
    return texts.match(/[A-Za-z’']+(?: [a-z’']+){3,}/g) ?? [];";

fn english(page: &Page) -> Vec<Value> {
    page.run(ENGLISH).as_array().cloned().unwrap_or_default()
}

/// Once the worker owes no translation.
fn no_english(page: &Page, place: &str) {
    let left = RefCell::default();
    page.wait_until(&format!("{place} in Chinese"), |page| {
        let now = english(page);
        let done = now.is_empty();
        if *left.borrow() != now {
            eprintln!("{place}: {now:?}");
            *left.borrow_mut() = now;
        }
        done
    });
}

fn to_chinese(page: &Page) {
    assert!(!english(page).is_empty(), "English is recognized");
    page.click("button", "中文");
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn an_election_is_told_in_chinese() {
    let page = Page::open_at(View::DESKTOP, "").patient(30);
    page.wait_until("a write is acknowledged", |page| page.text().contains("1 kept"));
    page.click("button", "Pause");
    to_chinese(&page);
    no_english(&page, "the stage");
    page.click("button", "n5, 领导者…");
    no_english(&page, "the inspector");
    page.screenshot("chinese-inspector");
    page.click("button", "崩溃");
    page.wait_for_text("已崩溃");
    page.press("Escape");
    for key in ["1", "2", "3", "4", "5", "7", "8", "9"] {
        page.press(key);
        page.wait_until("all is fetched", |page| !page.text().contains("读取中"));
        no_english(&page, &format!("view {key}"));
    }
    page.press("4");
    page.wait_for_text("一个纪元中至多确立过一个领导者");
    page.screenshot("chinese-promises");
    page.press("Escape");
    page.click("button", "选项");
    page.wait_for_text("所有时限的单位 (tickTime)");
    no_english(&page, "the options");
    page.press("Escape");
    page.click("button", "场景");
    page.wait_for_text("消息队列背后的锁服务器");
    page.run("document.querySelectorAll('.menu details').forEach((system) => system.open = true)");
    page.wait_for_text("五个服务器选出领导者");
    no_english(&page, "the menu");
    page.press("Escape");

    page.click("button", "English");
    page.wait_until("all is English again", |page| {
        page.has("button", "n5, leading, …") || page.has("button", "n5, epoch 1, down")
    });
    assert!(page.text().contains("Crash") || page.text().contains("1 kept"));
    assert!(!page.text().contains("领导者"), "{}", page.text());
}

#[test]
#[ignore = "needs the built page: `cargo xtask e2e`"]
fn a_lock_is_told_in_chinese() {
    let page = Page::open_at(View::DESKTOP, &link(commands(PAUSED), 4_000_000)).patient(30);
    page.wait_for_text("Two believe they hold it");
    to_chinese(&page);
    page.wait_for_text("两者自认持有");
    no_english(&page, "the stage");
    page.click("button", "c1, …");
    no_english(&page, "the inspector");
    page.screenshot("chinese-lock");
    page.press("3");
    page.wait_until("all is fetched", |page| !page.text().contains("读取中"));
    no_english(&page, "the events");
}
