//! Ports, triggers, loops, failures, called workflows and constants, with nothing in scope.
//!
//! All parameters here may be left out: the words for one that is missing are an attribute (`diagnostic::on_unimplemented`) that
//! the compiler does not find below `no_implicit_prelude`.

use nebula_sdk::flow::FlowError;

#[deny(warnings)]
#[no_implicit_prelude]
mod without_prelude {
    /// Some lines.
    #[derive(::nebula_sdk::Parameters)]
    pub(super) struct Lines {
        /// Groups of them.
        #[param(default)]
        pub(super) groups: ::std::vec::Vec<Group>,
    }

    /// Some of them.
    #[derive(::nebula_sdk::Parameters)]
    pub(super) struct Group {
        /// Lines.
        #[param(default)]
        pub(super) lines: ::std::vec::Vec<Line>,
    }

    /// One.
    #[derive(::nebula_sdk::Parameters)]
    pub(super) struct Line {
        /// Its text.
        #[param(default = "a")]
        pub(super) text: ::std::string::String,
    }

    /// Lines that come.
    #[derive(::nebula_sdk::Action)]
    #[action(id = "hygiene.lines", version = "1.0", pure, poll = "1h")]
    pub(super) struct NewLines {}

    impl ::nebula_sdk::TriggerAction for NewLines {
        type Config = ();
        type Event = Lines;
        type Cursor = u8;

        async fn poll(
            &self,
            (): (),
            seen: ::std::option::Option<u8>,
            _: &::nebula_sdk::ActionContext<Self>,
        ) -> ::nebula_sdk::Result<::nebula_sdk::Polled<Lines, u8>> {
            ::std::result::Result::Ok(::nebula_sdk::Polled::up_to(seen.unwrap_or(0)))
        }
    }

    /// Sort a line.
    #[derive(::nebula_sdk::Action)]
    #[action(id = "hygiene.sort", version = "1.0", pure, ports("long", "short"))]
    pub(super) struct Sort {}

    impl ::nebula_sdk::ProcessAction for Sort {
        type Input = Line;
        type Output = Line;

        async fn execute(
            &self,
            line: Line,
            _: &::nebula_sdk::ActionContext<Self>,
        ) -> ::nebula_sdk::Result<::nebula_sdk::ActionResult<Line, SortPort>> {
            let port = if line.text.len() > 3 { SortPort::Long } else { SortPort::Short };
            ::std::result::Result::Ok(::nebula_sdk::ActionResult::Route(port, line))
        }
    }

    /// Keep a text.
    #[::nebula_sdk::action(id = "hygiene.keep", version = "1.0", idempotent)]
    pub(super) async fn keep(
        /// The text.
        #[param(default = "a")]
        text: ::std::string::String,
    ) -> ::nebula_sdk::Result<::std::string::String> {
        ::std::result::Result::Ok(text)
    }

    pub(super) fn one() -> ::nebula_sdk::flow::Workflow<Line, ::std::string::String> {
        ::nebula_sdk::workflow! {
            "one" (line: Line) -> ::std::string::String {
                const ending = ".";
                sort = Sort { text: line.text };
                match sort.port() {
                    SortPort::Long => {
                        keep = Keep { text: ::nebula_sdk::text!("{}{}", sort.text, ending) };
                        match keep {
                            Ok(kept) => kept,
                            Err(failure) => failure.message,
                        }
                    }
                    SortPort::Short => "short",
                }
            }
        }
    }

    pub(super) fn all() -> ::nebula_sdk::flow::Workflow<Lines, ::std::vec::Vec<::std::vec::Vec<::std::string::String>>>
    {
        ::nebula_sdk::workflow! {
            "all" (lines: Lines) -> ::std::vec::Vec<::std::vec::Vec<::std::string::String>> {
                trigger come = NewLines {} with (every = "10m") => |fired| Lines { groups: fired.event.groups };
                kept = for (place, group) in lines.groups {
                    named = Keep { text: ::nebula_sdk::text!("{}", place) };
                    inner = for line in group.lines {
                        line = one() { text: line.text };
                        line
                    } with (concurrency = 2, on_item_error = skip, after(named));
                    inner
                };
                kept
            }
        }
    }

    /// The same above a struct.
    #[derive(::nebula_sdk::Workflow)]
    #[workflow(id = "derived", input = Lines, output = kept, vars(ending = "."))]
    #[workflow(trigger(come = NewLines, every = "10m", input = Lines { groups: fired.event.groups }))]
    pub(super) struct Derived {
        #[node(each(group = input.groups, index = place, gives = text), concurrency = 2, on_item_error = skip)]
        kept: ::std::vec::Vec<::std::string::String>,
        #[node(inside = kept, with(text = ::nebula_sdk::text!("{} of {}", place, group.lines.len())))]
        sort: Sort,
        #[node(inside = kept, when = let SortPort::Long = sort.port(), with(text = ::nebula_sdk::text!("{}{}", place, ending)))]
        long: Keep,
        #[node(inside = kept, after = long, with(text = sort.text))]
        text: Keep,
        #[node(when = let Err(failure) = kept, with(text = failure.message))]
        sorry: Keep,
        #[node(calls = one(), with(text = "end"))]
        end: ::nebula_sdk::flow::Workflow<Line, ::std::string::String>,
    }
}

#[test]
fn blocks_need_no_prelude() -> Result<(), FlowError> {
    let all = without_prelude::all().definition()?;
    assert_eq!((all.triggers.len(), all.nodes.len(), all.flows.len()), (1, 1, 1));
    let derived = without_prelude::Derived::definition()?;
    assert_eq!((derived.triggers.len(), derived.nodes.len(), derived.flows.len()), (1, 3, 1));
    Ok(())
}
