//! The doors of the simulated actions: all shut.

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use nebula_ports::{
    host::{ByteStream, Host, HttpRequest, HttpResponse, ProgramCall, ProgramOutput},
    model::{BlobRef, Digest, Failure, FailureKind},
    time::Timestamp,
};

#[derive(Debug)]
pub(crate) struct Nothing;

fn shut<T>() -> Result<T, Failure> {
    Err(Failure::new(FailureKind::Denied, "sim.shut", "the simulated actions need nothing"))
}

#[async_trait]
impl Host for Nothing {
    async fn http(&self, _: HttpRequest) -> Result<HttpResponse, Failure> {
        shut()
    }

    async fn read_file(&self, _: &str) -> Result<ByteStream, Failure> {
        shut()
    }

    async fn write_file(&self, _: &str, _: ByteStream) -> Result<u64, Failure> {
        shut()
    }

    fn env(&self, _: &str) -> Result<Option<String>, Failure> {
        shut()
    }

    async fn exec(&self, _: ProgramCall) -> Result<ProgramOutput, Failure> {
        shut()
    }

    async fn put_blob(&self, _: &str, _: ByteStream) -> Result<BlobRef, Failure> {
        shut()
    }

    async fn get_blob(&self, _: Digest) -> Result<ByteStream, Failure> {
        shut()
    }

    fn random(&self, _: &mut [u8]) -> Result<(), Failure> {
        shut()
    }

    fn wall_clock(&self) -> Result<Timestamp, Failure> {
        shut()
    }

    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        work();
        Box::pin(std::future::ready(()))
    }
}
