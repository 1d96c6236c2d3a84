//! Which connections the end of a node leads along.

use nebula_ports::model::{NodeStatus, OnError};

use super::{ExecutionState, frame::FrameId};
use crate::plan::PlanEdge;

impl ExecutionState {
    /// Whether the way in which the earlier node ended leads along the connection, its condition aside.
    pub(super) fn leads(&self, frame: FrameId, edge: &PlanEdge) -> bool {
        let frame = &self.frames[frame as usize];
        if frame.is_start(edge) {
            return true;
        }
        let from = self.node(frame.instance(edge.from));
        match (from.status, &edge.port) {
            (NodeStatus::Completed, None) => true,
            (NodeStatus::Completed, Some(port)) => from.port.as_ref() == Some(port),
            (NodeStatus::Failed, None) => frame.plan.node(edge.from).on_error == OnError::Continue,
            (NodeStatus::Failed, Some(port)) => port.is_error(),
            _ => false,
        }
    }
}
