//! The OpenAPI document, collected from the routes.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use wire::Problem;

use crate::router::documented;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "AeThex Connect calls",
        description = "Voice and video calls: accounts, conversations, rings, media state, history. \
                       Errors are application/problem+json with a stable `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem)),
    modifiers(&Schemes),
    tags(
        (name = "calls", description = "Calls, from ring to history"),
        (name = "conversations", description = "Who may call whom"),
        (name = "users", description = "People"),
        (name = "accounts", description = "Signing in, with embedded accounts"),
        (name = "service", description = "Health"),
    ),
)]
pub(crate) struct Document;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token of this server, or one of the host product."))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let key = ApiKeyValue::with_description("X-Api-Key", "A server-to-server key, `axk_..`.");
        components.add_security_scheme("apiKey", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// The document of all routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    documented().into_openapi()
}

/// The document as it is served and committed: JSON, indented, with a last line break.
#[must_use]
pub fn openapi_text() -> String {
    let mut text = openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}
