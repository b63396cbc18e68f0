//! The newest view, shared: two are the same to a component only if they are the same allocation.

use std::ops::Deref;
use std::rc::Rc;

use crate::lab::wire::View;

#[derive(Clone, Debug)]
pub struct Seen(pub Rc<View>);

impl PartialEq for Seen {
    fn eq(&self, other: &Seen) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Seen {
    type Target = View;
    fn deref(&self) -> &View {
        &self.0
    }
}
