//! What the macros write compiles where nothing is in scope and nothing is forgiven.

mod blocks;

#[deny(warnings)]
#[no_implicit_prelude]
mod without_prelude {
    /// Everything at once.
    #[derive(::nebula_sdk::Parameters)]
    pub(super) struct Everything {
        /// A text.
        #[param(min_len = 1, max_len = 10, default = "a", example = "b", format = "hostname", label = "Name")]
        pub(super) text: ::std::string::String,
        /// A number.
        #[param(default = 3, min = 0, max = 9)]
        pub(super) number: u8,
        /// A list.
        #[param(min_items = 0, max_items = 3, default)]
        pub(super) list: ::std::vec::Vec<Choice>,
        /// A duration.
        #[param(default = "10s")]
        pub(super) wait: ::nebula_sdk::DurationText,
        /// Perhaps.
        pub(super) maybe: ::std::option::Option<Union>,
        #[serde(skip)]
        pub(super) skipped: u8,
    }

    /// One of a few.
    #[derive(::nebula_sdk::Parameters)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Choice {
        /// The first.
        FirstOne,
        /// The second.
        SecondOne,
    }

    /// One of a few, with data.
    #[derive(::nebula_sdk::Parameters)]
    #[serde(tag = "kind")]
    pub(super) enum Union {
        /// Nothing.
        Nothing,
        /// Something.
        Something {
            /// What.
            what: ::std::string::String,
        },
    }

    /// An action.
    #[derive(::nebula_sdk::Action)]
    #[action(
        id = "hygiene.all",
        version = "1.0",
        idempotent,
        timeout = "1m",
        deadline = "1h",
        max_input = "1MiB",
        max_output = "1MiB",
        concurrency = 4,
        heartbeat = "10s",
        rate_limit("10/s", burst = 2),
        description = "Everything.",
        category = "Hygiene",
        tags("a", "b"),
        icon = "broom",
        docs = "https://example.com",
        example(title = "Nothing", input = ::nebula_sdk::json!({})),
        retry(max = 3, backoff = exp("1s", max = "1m"), jitter = none),
        capabilities(net("example.com:443"), fs_read(param = "text"), fs_write("out"), env("HOME"))
    )]
    pub(super) struct All {}

    impl ::nebula_sdk::SimpleAction for All {
        type Input = Everything;
        type Output = Everything;

        async fn execute(
            &self,
            input: Everything,
            _: &::nebula_sdk::ActionContext<Self>,
        ) -> ::nebula_sdk::Result<Everything> {
            let skipped = input.skipped;
            ::std::result::Result::Ok(Everything { skipped, ..input })
        }
    }
}

/// Actions as functions.
#[deny(warnings)]
#[no_implicit_prelude]
mod functions_without_prelude {
    /// A credential.
    #[derive(::nebula_sdk::Credential)]
    #[credential(id = "hygiene.key", scheme = basic)]
    pub(super) struct Key {
        username: ::std::string::String,
        password: ::nebula_sdk::SecretString,
    }

    /// An action.
    #[::nebula_sdk::action(id = "hygiene.function", version = "1.0", pure)]
    pub(super) async fn function(
        /// A text.
        #[param(min_len = 1, default = "a")]
        text: ::std::string::String,
        key: ::nebula_sdk::Cred<Key>,
        other: ::std::option::Option<::nebula_sdk::Cred<Key>>,
        ctx: &Ctx,
    ) -> ::nebula_sdk::Result<::std::string::String> {
        let _ = (key, other, ctx.attempt());
        ::std::result::Result::Ok(text)
    }
}

/// Resources and their slots.
#[deny(warnings)]
#[no_implicit_prelude]
mod resources_without_prelude {
    use super::functions_without_prelude::Key;

    /// Everything at once.
    #[derive(::nebula_sdk::Resource)]
    #[resource(
        id = "hygiene.resource",
        name = "Resource",
        pool(min = 1, max = 2, idle = "1m", max_life = "1h"),
        acquire_timeout = "1s",
        health_interval = "1m",
        teardown = "1s",
        capabilities(net("example.com:443"), env("HOME"), random)
    )]
    pub(super) struct Pool {
        key: ::std::option::Option<::nebula_sdk::Cred<Key>>,
    }

    impl ::nebula_sdk::ResourceLifecycle for Pool {
        type Config = ();
        type Handle = bool;

        async fn create(&self, (): (), _: &::nebula_sdk::ResourceContext<Self>) -> ::nebula_sdk::Result<bool> {
            ::std::result::Result::Ok(self.key.is_some())
        }
    }

    /// Uses it.
    #[::nebula_sdk::action(id = "hygiene.holds", version = "1.0", pure)]
    pub(super) async fn holds(
        pool: ::nebula_sdk::Res<Pool>,
        http: ::std::option::Option<::nebula_sdk::Res<::nebula_sdk::HttpClient>>,
    ) -> ::nebula_sdk::Result<bool> {
        ::std::result::Result::Ok(*pool && http.is_none())
    }
}

/// Texts of the expression language.
#[deny(warnings)]
#[no_implicit_prelude]
mod texts_without_prelude {
    pub(super) fn large() -> &'static ::nebula_sdk::expression::Expression {
        ::nebula_sdk::expr!("$input.total > 100" => bool)
    }

    pub(super) fn letter() -> &'static ::nebula_sdk::expression::Template {
        ::nebula_sdk::template!("Dear {{ $input.name }}")
    }
}

/// Workflows.
#[deny(warnings)]
#[no_implicit_prelude]
mod workflows_without_prelude {
    use super::{
        functions_without_prelude::Function,
        without_prelude::{All, Choice, Everything},
    };

    pub(super) fn written() -> ::nebula_sdk::flow::Workflow<Everything, Everything> {
        ::nebula_sdk::workflow! {
            /// All of it.
            "hygiene" (input: Everything) -> Everything with (name = "Hygiene", timeout = "1m", max_parallel = 3) {
                all = All { text: input.text, number: 3 } with (
                    name = "All",
                    retry(max = 2, backoff = fixed("1s"), jitter = none),
                    timeout = "10s",
                    deadline = "1m",
                );
                let warm = all.number > 3 && !(2 + all.number * 2 < 9);
                if warm {
                    one = Function { text: ::nebula_sdk::text!("{} {}", all.text, 1) } with (
                        credentials(key = "k"),
                    );
                    other = Function { text: one } with (after(one), credentials(key = "k"));
                }
                let (text, number) = if all.number > 4 {
                    two = Function { text: "two" } with (after(all), credentials(key = "k"));
                    (two, 4_u8)
                } else {
                    (all.text, 5_u8)
                };
                let last = match expr_of_choice() {
                    Choice::FirstOne => {
                        first = Function { text } with (credentials(key = "k"), after(all));
                        first
                    }
                    Choice::SecondOne => "second",
                };
                end = All { text: last, number };
                end
            }
        }
    }

    fn expr_of_choice() -> ::nebula_sdk::flow::Expr<Choice> {
        ::nebula_sdk::flow::expr_as("$input.choice")
    }

    /// A workflow.
    #[derive(::nebula_sdk::Workflow)]
    #[workflow(id = "hygiene", input = Everything, output = all)]
    pub(super) struct Derived {
        #[node(with(text = input.text))]
        all: All,
        #[node(when = all.number > 3, with(text = all.text), after = all, credentials(key = "k"))]
        function: Function,
    }

    /// A workflow.
    #[derive(::nebula_sdk::Workflow)]
    #[workflow(id = "hygiene", input = Everything, output = all.number as u8)]
    pub(super) struct DerivedToo {
        all: All,
    }
}

/// The crate under another path, and nothing under its own.
mod by_another_path {
    mod vendor {
        pub(super) mod sdk {
            pub(in super::super) use ::nebula_sdk::*;
        }
    }

    use vendor::sdk::prelude::*;

    /// An input.
    #[derive(Parameters)]
    #[param(crate = "crate::hygiene::by_another_path::vendor::sdk")]
    pub(super) struct Input {
        /// A number.
        #[param(min = 1)]
        pub(super) number: u8,
    }

    /// An action.
    #[derive(Action)]
    #[action(id = "hygiene.path", version = "2.1", pure, crate = "crate::hygiene::by_another_path::vendor::sdk")]
    pub(super) struct Renamed;

    impl SimpleAction for Renamed {
        type Input = Input;
        type Output = u8;

        async fn execute(&self, input: Input, _: &ActionContext<Self>) -> Result<u8> {
            Ok(input.number)
        }
    }

    /// A credential.
    #[derive(Credential)]
    #[credential(id = "hygiene.path_key", scheme = query("key"), crate = "crate::hygiene::by_another_path::vendor::sdk")]
    pub(super) struct PathKey {
        key: SecretString,
    }

    #[derive(Workflow)]
    #[workflow(id = "a", input = Input, output = step, crate = "crate::hygiene::by_another_path::vendor::sdk")]
    pub(super) struct Derived {
        #[node(with(number = input.number))]
        step: Renamed,
    }

    pub(super) fn written() -> Workflow<Input, u8> {
        vendor::sdk::workflow! {
            "a" (input: Input) -> u8 with (crate = "crate::hygiene::by_another_path::vendor::sdk") {
                step = Renamed { number: input.number };
                step
            }
        }
    }

    /// An action.
    #[vendor::sdk::action(
        id = "hygiene.path_function",
        version = "2.1",
        pure,
        crate = "crate::hygiene::by_another_path::vendor::sdk"
    )]
    pub(super) async fn path_function(
        /// A number.
        #[param(min = 1)]
        number: u8,
        _key: Cred<PathKey>,
        _: &Ctx,
    ) -> Result<u8> {
        Ok(number)
    }
}

#[test]
fn expansions_need_no_prelude_and_no_fixed_path() {
    let registry = nebula_sdk::Registry::new()
        .with::<without_prelude::All>()
        .with::<functions_without_prelude::Function>()
        .with::<by_another_path::Renamed>()
        .with::<by_another_path::PathFunction>();
    assert_eq!(
        format!("{registry:?}"),
        r#"["hygiene.all@1.0", "hygiene.function@1.0", "hygiene.path@2.1", "hygiene.path_function@2.1"]"#
    );
    assert_eq!(texts_without_prelude::large().source(), "$input.total > 100");
    assert_eq!(texts_without_prelude::letter().source(), "Dear {{ $input.name }}");
}

#[test]
fn workflows_need_no_prelude_and_no_fixed_path() {
    let written = workflows_without_prelude::written().definition().expect("a definition");
    assert_eq!(written.nodes.len(), 6);
    assert_eq!(workflows_without_prelude::Derived::definition().expect("a definition").nodes.len(), 2);
    assert_eq!(workflows_without_prelude::DerivedToo::definition().expect("a definition").nodes.len(), 1);
    let derived = by_another_path::Derived::definition().expect("a definition");
    let written = by_another_path::written().definition().expect("a definition");
    assert_eq!(derived.canonical_json(), written.canonical_json());
}

#[test]
fn resources_need_nothing_in_scope() {
    let call = nebula_sdk::testing::call::<resources_without_prelude::Holds>(nebula_sdk::json!({}));
    assert_eq!(call.output(), false);
}
