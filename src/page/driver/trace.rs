//! What is fetched beside the picture while somebody looks at it: the trace, and what clients saw.

use std::rc::Rc;

use super::{Driver, Report, performance_now};
use crate::describe::OperationId;
use crate::lab::frame::Position;
use crate::lab::wire::Request;
use crate::page::state::DrawerView;
use crate::page::state::selection::Selection;
use crate::page::trail::course::Course;

impl Driver {
    /// The drawer shows another view; some need the trace.
    pub fn show_drawer(&self, view: Option<DrawerView>) {
        self.reading.set(view.is_some_and(DrawerView::reads_trace));
        if !self.reading.get() {
            self.pointing.set(None);
        }
        self.fetch();
        self.listener.borrow_mut().listens = view == Some(DrawerView::History);
    }

    /// The trace tells nothing beyond the instant on the screen, or all again.
    pub fn veil(&self, on: bool) {
        self.veiled.set(on);
        self.tell();
    }

    pub(super) fn tell(&self) {
        let until = self.veiled.get().then(|| self.position());
        self.trail.borrow_mut().tell_until(until);
    }

    pub fn select(&self, selection: Option<Selection>) {
        self.look(|look| look.selection = selection);
        self.follow();
        self.fetch();
    }

    /// The operation that is followed.
    fn operation(&self) -> Option<OperationId> {
        match self.look.borrow().selection {
            Some(Selection::Operation(id)) => Some(id),
            _ => None,
        }
    }

    pub(super) fn follow(&self) {
        let course = self.operation().and_then(|id| Course::of(&self.trail.borrow(), id));
        if self.course().as_deref() != course.as_ref() {
            self.look(|look| look.course = course.map(Rc::new));
            self.unpublished.set(true);
        }
    }

    /// What the selected operation has caused.
    pub fn course(&self) -> Option<Rc<Course>> {
        self.look.borrow().course.clone()
    }

    pub fn measure(&self, on: bool) {
        self.measuring.set(on);
        self.fetch();
    }

    /// Picks out the event of an instant, as soon as it has been fetched.
    pub fn point_at(&self, at: Position) {
        self.pointing.set(Some(at));
        self.point();
    }

    pub(super) fn point(&self) {
        let Some(view) = self.view() else { return };
        let event = self.pointing.get().and_then(|at| self.trail.borrow().event_at(at, &view.timeline));
        if let Some(event) = event {
            self.pointing.set(None);
            (self.report)(self, Report::Pointed(event));
        }
    }

    /// Asks for the next part of the trace, if somebody looks and there is more.
    pub(super) fn fetch(&self) {
        let Some(view) = self.view() else { return };
        let asked = matches!(self.look.borrow().selection, Some(Selection::Operation(_) | Selection::Flight(_)));
        let wanted = self.reading.get() || self.measuring.get() || asked;
        if !wanted || self.fetching.get() {
            return;
        }
        if !self.trail.borrow_mut().follow(&view.timeline, view.frame.at) {
            return self.point();
        }
        let after = self.trail.borrow().last();
        self.fetching.set(true);
        self.ask(Request::Trace { after });
    }

    /// Asks for what clients saw, if somebody looks and there is more.
    pub(super) fn listen(&self) {
        let Some(view) = self.view() else { return };
        if self.listener.borrow_mut().asks(&view.timeline, performance_now()) {
            self.ask(Request::Hear);
        }
    }
}
