//! One action with a credential, called against a host made of memory.

use nebula_sdk::{
    prelude::*,
    testing::{FakeHost, call},
};

/// Key of the weather service.
#[derive(Credential)]
#[credential(id = "weather.api", scheme = header("X-Api-Key"))]
struct WeatherApi {
    key: SecretString,
}

/// What to fetch.
#[derive(Parameters)]
struct City {
    /// City to look up.
    #[param(min_len = 1, example = "Oslo")]
    name: String,
    /// Days to look ahead.
    #[param(default = 1, min = 1, max = 14)]
    days: u8,
}

/// Weather of a day.
#[derive(Parameters)]
struct Weather {
    /// Degrees Celsius.
    temp: f64,
}

/// Fetch the current weather.
#[derive(Action)]
#[action(id = "weather.fetch", version = "1.0", idempotent, timeout = "10s",
         capabilities(net("api.example.com:443")), retry(max = 3, backoff = exp("200ms"), jitter))]
struct FetchWeather {
    /// Key of the weather service.
    key: Cred<WeatherApi>,
}

impl SimpleAction for FetchWeather {
    type Input = City;
    type Output = Weather;

    async fn execute(&self, input: City, ctx: &ActionContext<Self>) -> Result<Weather> {
        let url = format!("https://api.example.com/{}?days={}", input.name, input.days);
        ctx.http().get(url).auth(&self.key).send().await?.error_for_status()?.json()
    }
}

fn main() {
    let host = FakeHost::new().answer(200, r#"{"temp": 3.5}"#);
    let weather = call::<FetchWeather>(json!({ "name": "Oslo" })).credential("key", "secret").host(&host).output();
    assert_eq!(weather, json!({ "temp": 3.5 }));
    assert_eq!(host.requests()[0].url, "https://api.example.com/Oslo?days=1");
}
