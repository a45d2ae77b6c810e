//! All routes, each registered together with its documentation.

use axum::Router;
use axum::routing::any;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::{Code, Failure};

use crate::openapi::Document;
use crate::refused::Refused;
use crate::state::ApiState;
use crate::{accounts, calls, conversations, layers, service, users};

/// Paths that have no route, and are no page either.
const OURS: [&str; 7] = [
    "/api",
    "/api/",
    "/api/{*unknown}",
    "/healthz/",
    "/healthz/{*unknown}",
    "/readyz/",
    "/readyz/{*unknown}",
];

/// The API: every path under `/api`, `/healthz` and `/readyz`. Its fallback answers 404; a
/// caller that serves pages too replaces it.
pub fn router(state: ApiState) -> Router {
    let (routes, _) = documented().split_for_parts();
    let routes = OURS
        .iter()
        .fold(routes, |routes, path| routes.route(path, any(no_route)))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(state.clone());
    layers::around(routes, &state)
}

pub(crate) fn documented() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(of_service())
        .merge(of_people())
        .merge(of_conversations())
        .merge(of_calls())
}

fn of_service() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(service::healthz::healthz))
        .routes(routes!(service::readyz::readyz))
        .routes(routes!(service::document::document))
}

fn of_people() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(accounts::register::register))
        .routes(routes!(accounts::login::login))
        .routes(routes!(accounts::refresh::refresh))
        .routes(routes!(accounts::logout::logout))
        .routes(routes!(users::search::search))
        .routes(routes!(users::me::me, users::rename::rename))
        .routes(routes!(users::status::set_status))
        .routes(routes!(users::blocks::list))
        .routes(routes!(users::block::block, users::unblock::unblock))
}

fn of_conversations() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(conversations::create::create, conversations::list::list))
        .routes(routes!(
            conversations::get::get,
            conversations::put::put,
            conversations::retitle::retitle
        ))
        .routes(routes!(conversations::add_members::add_members))
        .routes(routes!(conversations::remove_member::remove_member))
}

fn of_calls() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(calls::list::list))
        .routes(routes!(calls::initiate::initiate))
        .routes(routes!(calls::turn_credentials::turn_credentials))
        .routes(routes!(calls::active::active))
        .routes(routes!(calls::missed::missed))
        .routes(routes!(calls::missed_seen::missed_seen))
        .routes(routes!(calls::config::config))
        .routes(routes!(calls::get::get))
        .routes(routes!(calls::answer::answer))
        .routes(routes!(calls::reject::reject))
        .routes(routes!(calls::end::end))
        .routes(routes!(calls::leave::leave))
        .routes(routes!(calls::media::media))
        .routes(routes!(calls::events::events))
        .routes(routes!(calls::invite::invite))
        .routes(routes!(calls::set_role::set_role))
        .routes(routes!(calls::remove_participant::remove_participant))
        .routes(routes!(calls::mute_participant::mute_participant))
}

async fn no_route() -> Refused {
    Failure::new(Code::NotFound, "There is no such route.").into()
}

async fn no_method() -> Refused {
    Code::MethodNotAllowed.into()
}
