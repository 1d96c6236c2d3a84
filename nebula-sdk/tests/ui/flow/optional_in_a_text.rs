use nebula_sdk::prelude::*;

/// Where to look.
#[derive(Parameters)]
struct City {
    /// City to look up.
    name: String,
    /// Days to look ahead.
    #[param(default = 1)]
    days: u8,
    /// A note.
    note: Option<String>,
}

/// Weather of a day.
#[derive(Parameters)]
struct Weather {
    /// Degrees Celsius.
    temp: f64,
    /// Where.
    city: String,
    /// The station.
    station: Option<String>,
}

/// Fetch the weather.
#[derive(Action)]
#[action(id = "weather.fetch", version = "1.0", pure)]
struct Fetch;

impl SimpleAction for Fetch {
    type Input = City;
    type Output = Weather;

    async fn execute(&self, input: City, _: &ActionContext<Self>) -> Result<Weather> {
        let _ = input.days;
        Ok(Weather { temp: 1.0, city: input.name, station: input.note })
    }
}

fn main() {
    let _: Workflow<City, Weather> = Workflow::new("a", |f, city: Expr<City>| {
        let fetch = f.add("fetch", Fetch::call().name(&city.name));
        let _ = nebula_sdk::flow::Text::new().value(&fetch.station);
        fetch
    });
}
