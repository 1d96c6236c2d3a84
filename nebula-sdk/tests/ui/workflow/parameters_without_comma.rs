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
    /// Where.
    city: String,
    /// The station.
    station: Option<String>,
}

/// Fetch the weather.
#[nebula_sdk::action(id = "weather.fetch", version = "1.0", pure)]
async fn fetch(#[input] input: City) -> Result<Weather> {
    Ok(Weather { temp: f64::from(input.days), city: input.name, station: None })
}

fn main() {
    let _: Workflow<City, Weather> = workflow! { "a" (city: City) -> Weather {
        fetch = Fetch { name: city.name days: 3 };
        fetch
    } };
}
