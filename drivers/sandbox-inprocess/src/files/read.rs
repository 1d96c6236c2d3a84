//! Reading a file as a stream.

use std::{fs::File, sync::Arc};

use cap_std::{ambient_authority, fs::Dir};
use futures_util::{StreamExt, TryStreamExt};
use nebula_ports::{host::ByteStream, model::Failure};
use tokio_util::io::ReaderStream;

use super::{blocking, failed, not_a_file, place::locate};
use crate::permit::{Access, Permit};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

pub(crate) async fn read(permit: &Arc<Permit>, path: &str) -> Result<ByteStream, Failure> {
    let permit = permit.clone();
    let path = path.to_owned();
    let name = path.clone();
    let file = blocking(move || open(&permit, &path)).await?;
    let stream = ReaderStream::with_capacity(tokio::fs::File::from_std(file), CHUNK);
    Ok(stream.map_err(move |error| failed(Access::Read, &name, &error)).boxed())
}

fn open(permit: &Permit, path: &str) -> Result<File, Failure> {
    let place = locate(permit, Access::Read, path)?;
    let failed = |error| failed(Access::Read, path, &error);
    let folder = Dir::open_ambient_dir(&place.folder, ambient_authority()).map_err(failed)?;
    // Asked before opening, because opening a pipe waits for its other end.
    let kind = folder.metadata(&place.below).map_err(failed)?.file_type();
    if !kind.is_file() {
        return Err(not_a_file(Access::Read, path, kind.is_dir()));
    }
    Ok(folder.open(&place.below).map_err(failed)?.into_std())
}
