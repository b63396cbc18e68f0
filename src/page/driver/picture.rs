//! What the canvases show, and how they are seen.

use std::rc::Rc;

use web_sys::HtmlCanvasElement;

use super::Driver;
use super::clock::rests;
use super::playback::Mode;
use crate::page::stage::paint::{Look, Painter};
use crate::page::stage::palette::Palette;
use crate::page::stage::place::arrangement::Arrangement;
use crate::page::stage::place::layout::Layout;
use crate::page::stage::place::reach::Hit;

impl Driver {
    pub fn look(&self, change: impl FnOnce(&mut Look)) {
        let mut look = self.look.borrow_mut();
        let before = look.clone();
        change(&mut look);
        if *look != before {
            self.dirty.set(true);
        }
    }

    /// Where everything stands in the picture; none before there is one.
    pub fn layout(&self) -> Option<Layout> {
        Some(self.painter.borrow().as_ref()?.layout().clone())
    }

    pub fn arrangement(&self) -> Arrangement {
        self.look.borrow().arrangement.clone()
    }

    /// What the pointer, or else the keyboard, is on.
    pub fn hover(&self) -> Option<Hit> {
        self.look.borrow().hover
    }

    pub fn attach(&self, canvas: HtmlCanvasElement) {
        *self.painter.borrow_mut() = Painter::new(canvas);
        self.dirty.set(true);
    }

    pub fn resize(&self, width: f64, height: f64) {
        if let Some(painter) = &mut *self.painter.borrow_mut() {
            painter.resize(width, height, pixel_ratio());
        }
        self.redraw(0.0);
    }

    /// As sharp as the screen that the window is on now.
    pub(super) fn sharpen(&self) {
        if let Some(painter) = &mut *self.painter.borrow_mut()
            && painter.sharpen(pixel_ratio())
        {
            self.dirty.set(true);
        }
    }

    pub fn palette(&self) -> Option<Rc<Palette>> {
        let mut palette = self.palette.borrow_mut();
        if palette.is_none() {
            *palette = Palette::read().map(Rc::new);
        }
        palette.clone()
    }

    pub fn retheme(&self) {
        *self.palette.borrow_mut() = None;
        if let Some(painter) = &mut *self.painter.borrow_mut() {
            painter.retheme();
        }
        self.dirty.set(true);
    }

    pub(super) fn redraw(&self, passed: f64) {
        let Some(view) = self.view() else { return };
        let is_auto = self.tempo.get().mode == Mode::Auto;
        let rests = is_auto && rests(&view);
        let moving = self.playing.get() && !rests;
        let rate = self.tempo.get().rate(&self.pace(&view));
        self.look.borrow_mut().rate = if moving { rate } else { 0.0 };
        if let Some(painter) = &mut *self.painter.borrow_mut() {
            let settles = painter.paint(&view.frame, &self.look.borrow(), passed);
            self.dirty.set(settles);
        }
        // It looks how large its canvas is, which costs least before the instruments change the page.
        let draw = self.drawn.borrow().clone();
        if let Some(draw) = draw {
            draw(view.frame.at);
        }
        self.instruments.show(&view, (!rests).then_some(rate), moving && is_auto);
    }

    /// The next frame draws stage and drawer, however often it is asked for until then.
    pub fn touch(&self) {
        self.dirty.set(true);
    }
}

fn pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio())
}
