use nebula_sdk::prelude::*;

/// Where to look.
#[derive(Parameters)]
struct City {
    /// City to look up.
    name: String,
    /// Days to look ahead.
    #[param(default = 1)]
    days: u8,
}

/// Weather of a day.
#[derive(Parameters)]
struct Weather {
    /// Degrees Celsius.
    temp: f64,
    /// How it is.
    sky: Sky,
    /// Where.
    city: Option<City>,
}

/// What falls.
#[derive(Parameters)]
enum Sky {
    /// Nothing.
    Sunny,
    /// Water.
    Rainy,
}

/// Fetch the weather.
#[derive(Action)]
#[action(id = "weather.fetch", version = "1.0", puer)]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = City;
    type Output = Weather;

    async fn execute(&self, input: City, _: &ActionContext<Self>) -> Result<Weather> {
        let _ = input.days;
        Ok(Weather { temp: 1.0, sky: Sky::Sunny, city: None })
    }
}

fn main() {
    let _: Workflow<City, String> = Workflow::new("a", |f, city: Expr<City>| {
        let fetch = f.add("fetch", Fetch::call().name(&city.name).days(&city.days));
        f.when(fetch.temp.gt(30), |f| f.add("again", Fetch::call().name(fetch.city.name.or_default("x"))));
        f.switch(&fetch.sky).on_sunny(|_| "a hat").on_rainy(|_| "boots").end()
    });
}
