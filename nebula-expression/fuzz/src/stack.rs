//! A stack for signal handlers, so that an overflow of the other one leaves its input like any crash.

/// To be called before the first input: libFuzzer's handler for bad memory accesses then runs on a stack of
/// its own. Without it the system ends an overflowing process before the input can be written.
pub fn report_overflow() {
    #[cfg(unix)]
    #[expect(unsafe_code, reason = "there is no safe way to give signal handlers a stack")]
    {
        const BYTES: usize = 256 * 1024;
        let stack = libc::stack_t { ss_sp: vec![0_u8; BYTES].leak().as_mut_ptr().cast(), ss_flags: 0, ss_size: BYTES };
        // SAFETY: both structures are complete, the memory is never freed, and nothing handles the signal yet:
        // libFuzzer installs its handlers after this and keeps the flag.
        unsafe {
            libc::sigaltstack(&raw const stack, std::ptr::null_mut());
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = libc::SIG_DFL;
            action.sa_flags = libc::SA_ONSTACK;
            libc::sigaction(libc::SIGSEGV, &raw const action, std::ptr::null_mut());
        }
    }
}
