//! What almost every action needs: `use nebula_sdk::prelude::*;`.

pub use crate::flow::{Calls, Composes, Expr, Flow, Maybe, Step, Triggers, Workflow, expr_as};
pub use crate::{
    Action, ActionContext, ActionError, ActionResult, Blob, Cred, Credential, DurationText, EffectClass, ExposeSecret,
    HttpClient, HttpRequest, HttpResponse, HttpResponseExt, ItemExpr, ItemTemplate, Parameters, Polled, ProcessAction,
    Progress, Registry, Res, Resource, ResourceContext, ResourceLifecycle, Result, ResultExt, Resumed, SecretString,
    SimpleAction, Timestamp, TriggerAction, Value, Workflow, expr, json, template, text, workflow,
};
