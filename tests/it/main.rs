//! The native integration tests, in one binary so that they link once.

mod bad_input;
mod chinese;
mod command_line;
mod faults;
mod hearing;
mod hunt;
mod hunter;
mod judges;
mod kernel;
mod ownership;
mod scenarios;
mod session;
mod story;
mod tidy;
mod timeline;
