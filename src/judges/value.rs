//! What operations are asked and answer, whatever system recorded them.

use crate::sorting::sort;
use std::fmt;
use std::sync::Arc;

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    #[default]
    Nil,
    Bool(bool),
    Int(i64),
    /// A keyword, a symbol, or anything else that stands for itself.
    Word(Arc<str>),
    Text(Arc<str>),
    List(Arc<[Value]>),
    /// Sorted by key.
    Map(Arc<[(Value, Value)]>),
}

impl Value {
    pub fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(items.into_iter().collect())
    }

    pub fn map(pairs: impl IntoIterator<Item = (Value, Value)>) -> Value {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        sort(&mut pairs);
        Value::Map(pairs.into())
    }

    pub fn is_nil(&self) -> bool {
        *self == Value::Nil
    }

    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_pair(&self) -> Option<(&Value, &Value)> {
        match self.as_list() {
            Some([one, other]) => Some((one, other)),
            _ => None,
        }
    }

    pub fn as_map(&self) -> Option<&[(Value, Value)]> {
        match self {
            Value::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// What a word or a text says.
    pub fn as_name(&self) -> Option<&str> {
        match self {
            Value::Word(name) | Value::Text(name) => Some(name),
            _ => None,
        }
    }

    /// What is under a name in a map.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.as_map()?.iter().find(|(key, _)| key.as_name() == Some(name)).map(|(_, value)| value)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Nil => f.write_str("nil"),
            Value::Bool(truth) => write!(f, "{truth}"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Word(word) => f.write_str(word),
            Value::Text(text) => write!(f, "{text:?}"),
            Value::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index > 0 { " " } else { "" })?;
                }
                f.write_str("]")
            }
            Value::Map(pairs) => {
                f.write_str("{")?;
                for (index, (key, value)) in pairs.iter().enumerate() {
                    write!(f, "{}{key} {value}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}
