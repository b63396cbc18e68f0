//! Records and messages as a person reads them: what a program prints of a value, without what only a program needs.

/// Rewrites the debug form of a value. Wrappers are left out, and so are fields that are false or empty; a node has its name.
pub fn plain<'n>(debug: &str, name: &dyn Fn(u16) -> Option<&'n str>) -> String {
    let mut reader = Reader { rest: debug, name };
    let mut words = reader.value("").text;
    words.push_str(reader.rest);
    words
}

struct Reader<'a, 'n> {
    rest: &'a str,
    name: &'a dyn Fn(u16) -> Option<&'n str>,
}

struct Value {
    text: String,
    /// A name with something in it: around it a wrapper says nothing.
    is_named: bool,
}

impl<'a> Reader<'a, '_> {
    /// The value that comes next, in a field of this name.
    fn value(&mut self, field: &str) -> Value {
        if let Some(rest) = self.rest.strip_prefix('"') {
            let (text, rest) = rest.split_once('"').unwrap_or((rest, ""));
            self.rest = rest;
            return Value { text: text.to_owned(), is_named: false };
        }
        if self.skip("[") {
            return Value { text: format!("[{}]", self.values(']').join(", ")), is_named: false };
        }
        if self.skip("(") {
            return Value { text: self.values(')').join(" "), is_named: false };
        }
        let word = self.word();
        if self.skip("(") {
            return self.wrapped(word, field);
        }
        if self.skip(" { ") {
            return Value { text: self.record(word, field), is_named: true };
        }
        Value { text: if word == "None" { "none" } else { word }.to_owned(), is_named: false }
    }

    fn wrapped(&mut self, wrapper: &str, field: &str) -> Value {
        let number: Option<u64> = self.rest.split(')').next().and_then(|text| text.parse().ok());
        let node = number.filter(|_| wrapper == "NodeId").and_then(|id| (self.name)(id as u16));
        let time = number.filter(|_| wrapper == "Time").map(|time| format!("{} s", crate::sim::Time(time)));
        if let Some(text) = node.map(str::to_owned).or(time) {
            self.values(')');
            return Value { text, is_named: false };
        }
        let first = self.value(field);
        let more = self.values(')');
        if more.is_empty() && (first.is_named || wrapper == "Some") {
            return first;
        }
        let all: Vec<String> = std::iter::once(first.text).chain(more).collect();
        Value { text: format!("{wrapper} {}", all.join(", ")), is_named: true }
    }

    /// The fields of a record, up to its end. Its name goes without saying where its field has the same.
    fn record(&mut self, name: &str, field: &str) -> String {
        let mut fields = Vec::new();
        while !self.rest.is_empty() && !self.skip(" }") {
            let field = self.word();
            if !self.skip(": ") {
                break;
            }
            let value = self.value(field);
            match value.text.as_str() {
                "false" | "[]" | "none" => {}
                "true" => fields.push(field.to_owned()),
                text => fields.push(format!("{field} {text}")),
            }
            self.skip(", ");
        }
        let fields = fields.join(", ");
        let is_told = !field.is_empty() && name.to_lowercase().starts_with(&field.replace('_', ""));
        match (field.is_empty(), is_told, fields.is_empty()) {
            (_, false, true) => name.to_owned(),
            (true, ..) => format!("{name}: {fields}"),
            (false, true, _) => format!("({fields})"),
            (false, false, _) => format!("{name} ({fields})"),
        }
    }

    /// What is left of a list, up to its end.
    fn values(&mut self, end: char) -> Vec<String> {
        let mut values = Vec::new();
        while !self.rest.is_empty() {
            if let Some(rest) = self.rest.strip_prefix(end) {
                self.rest = rest;
                break;
            }
            if !self.skip(", ") {
                let before = self.rest.len();
                values.push(self.value(" ").text);
                if self.rest.len() == before {
                    break;
                }
            }
        }
        values
    }

    fn word(&mut self) -> &'a str {
        // A colon that ends a name has a space behind it.
        let mut after = self.rest.chars().skip(1).chain([' ']);
        let is_end = |c: char| {
            let next = after.next();
            matches!(c, ' ' | ',' | '(' | ')' | '[' | ']' | '{' | '}') || c == ':' && next == Some(' ')
        };
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn skip(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_program_needs_is_left_out() {
        let names = ["n1", "n2", "n3", "n4", "n5"];
        let name = |id: u16| names.get(usize::from(id)).copied();
        for (debug, words) in [
            (
                "Notification(Notification { state: Looking, vote: Some(Vote { leader: NodeId(3), zxid: Zxid { epoch: 0, \
                 counter: 2 }, epoch: 0 }), round: 1 })",
                "Notification: state Looking, vote (leader n4, zxid (epoch 0, counter 2), epoch 0), round 1",
            ),
            (
                "Order(Acquire { request: RequestId { client: 0, life: 1 }, resource: \"printer\", wait: Some(30), again: \
                 false })",
                "Acquire: request (client 0, life 1), resource printer, wait 30",
            ),
            ("Accept { sent: Time(4500), again: true }", "Accept: sent 0.004 500 s, again"),
            ("Work { tx: Tx(1), steps: [(Account(0), Set(1))] }", "Work: tx Tx 1, steps [Account 0 Set 1]"),
            ("Request { op: Put { key: \"x\", value: \"1\" } }", "Request: op Put (key x, value 1)"),
            ("Crash { node: NodeId(4), how: Power }", "Crash: node n5, how Power"),
            ("Join { runs: [], floor: 0 }", "Join: floor 0"),
            ("Committed { to: [NodeId(0), NodeId(9)] }", "Committed: to [n1, NodeId 9]"),
            ("Proposal { zxid: 1:2, to: [NodeId(0)] }", "Proposal: zxid 1:2, to [n1]"),
            ("Heartbeat", "Heartbeat"),
            ("Ping(7)", "Ping 7"),
            ("broken { off: Some(", "broken: off "),
        ] {
            assert_eq!(plain(debug, &name), words);
        }
    }
}
