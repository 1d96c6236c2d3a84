use nebula_sdk::prelude::*;

fn main() {
    /// Nothing at all.
    #[derive(Parameters)]
    struct Nothing;

    /// Do nothing.
    #[derive(Action)]
    #[action(id = "demo.nothing", version = "1.0", pure)]
    struct Noop;

    impl SimpleAction for Noop {
        type Input = Nothing;
        type Output = ();

        async fn execute(&self, _: Nothing, _: &ActionContext<Self>) -> Result<()> {
            Ok(())
        }
    }

    let _ = Registry::new().with::<Noop>();
}
