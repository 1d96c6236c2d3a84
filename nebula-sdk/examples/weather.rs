//! An action with a credential and a resource, a workflow with a condition, and its test with mocks. How long each of them is, is
//! counted between the marks by `tests/it/measure.rs`.

use nebula_sdk::{
    prelude::*,
    testing::{FakeHost, call},
};

// measure: action
/// Key of the weather service.
#[derive(Credential)]
#[credential(id = "weather.api", scheme = header("X-Api-Key"))]
struct WeatherApi {
    key: SecretString,
}

/// Weather of a day.
#[derive(Parameters)]
struct Weather {
    /// Degrees Celsius.
    temp: f64,
}

/// Fetch the current weather.
#[nebula_sdk::action(id = "weather.fetch", version = "1.0", idempotent, capabilities(net("api.example.com:443")))]
async fn fetch_weather(
    /// City to look up.
    city: String,
    /// Days to look ahead.
    #[param(default = 1, min = 1, max = 14)]
    days: u8,
    key: Cred<WeatherApi>,
    http: Res<HttpClient>,
    ctx: &Ctx,
) -> Result<Weather> {
    http.get(ctx, format!("{city}?days={days}")).auth(&key).send().await?.error_for_status()?.json()
}
// measure: end

/// Post a message.
#[nebula_sdk::action(id = "chat.post", version = "1.0", idempotent, retry(max = 3))]
async fn post(
    /// The words.
    text: String,
) -> Result<()> {
    if text.is_empty() { Err(ActionError::invalid("/text", "there is nothing to post")) } else { Ok(()) }
}

/// A place.
#[derive(Parameters)]
struct Place {
    /// The city.
    city: String,
}

// measure: workflow
fn weather_alert() -> Workflow<Place, Weather> {
    workflow! { "weather-alert" (place: Place) -> Weather {
        fetch = FetchWeather { city: place.city } with (credentials(key = "weather"));
        if fetch.temp > 30.0 { hot = Post { text: text!("{} is hot: {}", place.city, fetch.temp) }; }
        done = Post { text: place.city } with (after(hot));
        fetch
    } }
}
// measure: end

fn main() {
    let host = FakeHost::new().answer(200, r#"{"temp": 3.5}"#);
    let weather = call::<FetchWeather>(json!({ "city": "Oslo" }))
        .credential("key", "secret")
        .resource_config::<HttpClient>("http", json!({ "base_url": "https://api.example.com" }))
        .host(&host)
        .output();
    assert_eq!(weather, json!({ "temp": 3.5 }));
    assert_eq!(host.requests()[0].url, "https://api.example.com/Oslo?days=1");
    assert_eq!(weather_alert().definition().map(|definition| definition.nodes.len()), Ok(3));
}

#[cfg(test)]
mod tests {
    use nebula_sdk::testing::TestFlow;

    use super::*;

    #[test]
    fn the_documents_say_what_the_actions_are() {
        nebula_sdk::testing::assert_documents(&Registry::new().with::<FetchWeather>().with::<Post>());
    }

    // measure: test
    #[nebula_sdk::test(seed = 7)]
    async fn hot_days_are_announced(t: TestFlow) {
        let run = t
            .flow(weather_alert())
            .mock::<FetchWeather>(|_| Ok(Weather { temp: 35.0 }))
            .mock_seq::<Post>([Err(ActionError::transient("busy", "busy")), Ok(()), Ok(())])
            .run(Place { city: "Oslo".into() })
            .await;
        assert_eq!(run.calls::<Post>().len(), 3);
    }
    // measure: end
}
