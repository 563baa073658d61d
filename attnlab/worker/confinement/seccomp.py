"""Seccomp: which calls to the kernel the child may make, as a classic BPF program.

What numpy and torch need is allowed by not being named; starting processes, sockets, tracing,
shared memory beyond the limits' sight and everything administrative is denied with EPERM. So is what an
owner may do to a file wherever it lies, which Landlock does not look at: its mode, times, owner, attributes.
`clone3` answers ENOSYS, so that libc falls back to `clone`, whose flags can be looked at.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

from attnlab.worker.confinement.syscalls import PR_SET_SECCOMP, SECCOMP_MODE_FILTER, prctl_pointer

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32_BIT = 0x40000000
_CLONE_THREAD = 0x00010000

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCH, _ARGUMENT_0, _ARGUMENT_1, _ARGUMENT_2 = 0, 4, 16, 24, 32

_DENIED = {
    "x86_64": {
        "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "ptrace": 101, "process_vm_readv": 310,
        "process_vm_writev": 311, "process_madvise": 440, "socket": 41, "socketpair": 53, "connect": 42, "accept": 43,
        "sendto": 44, "sendmsg": 46, "sendmmsg": 307, "bind": 49, "listen": 50, "accept4": 288, "memfd_create": 319,
        "memfd_secret": 447, "shmget": 29, "shmat": 30, "shmctl": 31, "semget": 64, "semop": 65, "semctl": 66,
        "semtimedop": 220, "msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "mq_open": 240, "mq_unlink": 241,
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "bpf": 321, "perf_event_open": 298,
        "keyctl": 250, "add_key": 248, "request_key": 249, "unshare": 272, "setns": 308, "mount": 165, "umount2": 166,
        "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "open_tree": 428, "pivot_root": 155,
        "chroot": 161, "userfaultfd": 323, "setrlimit": 160, "setsid": 112, "setpgid": 109, "pidfd_open": 434,
        "pidfd_send_signal": 424, "pidfd_getfd": 438, "open_by_handle_at": 304, "name_to_handle_at": 303,
        "inotify_init": 253, "inotify_init1": 294, "inotify_add_watch": 254, "fanotify_init": 300, "init_module": 175,
        "finit_module": 313, "delete_module": 176, "kexec_load": 246, "kexec_file_load": 320, "reboot": 169,
        "swapon": 167, "swapoff": 168, "acct": 163, "settimeofday": 164, "clock_settime": 227, "clock_adjtime": 305,
        "adjtimex": 159, "sethostname": 170, "setdomainname": 171, "quotactl": 179, "syslog": 103, "vhangup": 153,
        "iopl": 172, "ioperm": 173, "personality": 135, "setuid": 105, "setgid": 106, "setreuid": 113, "setregid": 114,
        "setresuid": 117, "setresgid": 119, "setgroups": 116, "capset": 126, "kcmp": 312, "lookup_dcookie": 212,
        "modify_ldt": 154, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297, "tkill": 200, "flock": 73, "mknod": 133,
        "mknodat": 259, "link": 86, "linkat": 265, "symlink": 88, "symlinkat": 266, "eventfd": 284, "vmsplice": 278,
        "sched_setaffinity": 203, "chmod": 90, "fchmod": 91, "fchmodat": 268, "fchmodat2": 452, "chown": 92,
        "fchown": 93, "lchown": 94, "fchownat": 260, "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280,
        "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198,
        "fremovexattr": 199, "setxattrat": 463, "removexattrat": 466, "file_setattr": 469, "setpriority": 141,
        "ioprio_set": 251, "sched_setparam": 142, "sched_setscheduler": 144, "sched_setattr": 314, "migrate_pages": 256,
        "move_pages": 279, "mount_setattr": 442, "setfsuid": 122, "setfsgid": 123, "open_tree_attr": 467,
    },
    "aarch64": {
        "execve": 221, "execveat": 281, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271,
        "process_madvise": 440, "socket": 198, "socketpair": 199, "connect": 203, "accept": 202, "sendto": 206,
        "sendmsg": 211, "sendmmsg": 269, "bind": 200, "listen": 201, "accept4": 242, "memfd_create": 279,
        "memfd_secret": 447, "shmget": 194, "shmat": 196, "shmctl": 195, "semget": 190, "semop": 193, "semctl": 191,
        "semtimedop": 192, "msgget": 186, "msgsnd": 189, "msgrcv": 188, "msgctl": 187, "mq_open": 180, "mq_unlink": 181,
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "bpf": 280, "perf_event_open": 241,
        "keyctl": 219, "add_key": 217, "request_key": 218, "unshare": 97, "setns": 268, "mount": 40, "umount2": 39,
        "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "open_tree": 428, "pivot_root": 41,
        "chroot": 51, "userfaultfd": 282, "setrlimit": 164, "setsid": 157, "setpgid": 154, "pidfd_open": 434,
        "pidfd_send_signal": 424, "pidfd_getfd": 438, "open_by_handle_at": 265, "name_to_handle_at": 264,
        "inotify_init1": 26, "inotify_add_watch": 27, "fanotify_init": 262, "init_module": 105, "finit_module": 273,
        "delete_module": 106, "kexec_load": 104, "kexec_file_load": 294, "reboot": 142, "swapon": 224, "swapoff": 225,
        "acct": 89, "settimeofday": 170, "clock_settime": 112, "clock_adjtime": 266, "adjtimex": 171,
        "sethostname": 161, "setdomainname": 162, "quotactl": 60, "syslog": 116, "vhangup": 58, "personality": 92,
        "setuid": 146, "setgid": 144, "setreuid": 145, "setregid": 143, "setresuid": 147, "setresgid": 149,
        "setgroups": 159, "capset": 91, "kcmp": 272, "lookup_dcookie": 18, "rt_sigqueueinfo": 138,
        "rt_tgsigqueueinfo": 240, "tkill": 130, "flock": 32, "mknodat": 33, "linkat": 37, "symlinkat": 36,
        "vmsplice": 75, "sched_setaffinity": 122, "fchmod": 52, "fchmodat": 53, "fchmodat2": 452, "fchown": 55,
        "fchownat": 54, "utimensat": 88, "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14,
        "lremovexattr": 15, "fremovexattr": 16, "setxattrat": 463, "removexattrat": 466, "file_setattr": 469,
        "setpriority": 140, "ioprio_set": 30, "sched_setparam": 118, "sched_setscheduler": 119, "sched_setattr": 274,
        "migrate_pages": 238, "move_pages": 239, "mount_setattr": 442, "setfsuid": 151, "setfsgid": 152,
        "open_tree_attr": 467,
    },
}  # fmt: skip
_LOOKED_AT = {
    "x86_64": {
        "clone": 56, "clone3": 435, "prctl": 157, "prlimit64": 302, "kill": 62, "tgkill": 234, "fcntl": 72, "ioctl": 16,
    },
    "aarch64": {
        "clone": 220, "clone3": 435, "prctl": 167, "prlimit64": 261, "kill": 129, "tgkill": 131, "fcntl": 25,
        "ioctl": 29,
    },
}  # fmt: skip
_F_SETPIPE_SZ = 1031
_F_SETOWN, _F_SETOWN_EX, _F_NOTIFY = 8, 15, 1026
# Of a library's file that everybody reads, a lock is a bit that the others can see.
_F_LOCKS, _F_SETLEASE = (5, 6, 7, 36, 37, 38), 1024
# Flags of files that their owner may set through a descriptor for reading; typing into somebody's terminal.
_IOCTL_DENIED = (0x40086602, 0x401C5820, 0x5412)
# PDEATHSIG could be taken back; the others would loosen what has just been tightened.
_PRCTL_DENIED = (1, 4, 8, 21, 22, 23, 24, 28, 36, 0x59616D61)


_INSTRUCTION = struct.Struct("=HBBI")


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def seccomp_possible() -> bool:
    """Whether this machine's calls are known to us."""
    return platform.machine() in _ARCHITECTURES and hasattr(os, "fork")


def system_call_filter() -> bytes:
    """The program for this very process: it may signal itself, by the number it has now."""
    return b"".join(_instructions(platform.machine(), os.getpid()))


def restrict_system_calls(text: bytes) -> None:
    """Deny for good, in this process and its threads, what a submission has no business calling.

    `text` is this process's `system_call_filter`; `no_new_privs` must be set before.

    Raises:
        OSError: the kernel refuses.
    """
    buffer = ctypes.create_string_buffer(text, len(text))
    program = _Program(len(text) // _INSTRUCTION.size, ctypes.cast(buffer, ctypes.c_void_p).value or 0)
    prctl_pointer(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program)


def _instructions(machine: str, own_pid: int) -> list[bytes]:
    looked = _LOOKED_AT[machine]
    denied = _ERRNO | errno.EPERM
    program = [
        _op(_LOAD, _ARCH),
        _op(_EQUAL, _ARCHITECTURES[machine], 1, 0),
        _op(_RETURN, _KILL),
        _op(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        program += [_op(_AT_LEAST, _X32_BIT, 0, 1), _op(_RETURN, denied)]
    program += [_op(_EQUAL, looked["clone3"], 0, 1), _op(_RETURN, _ERRNO | errno.ENOSYS)]
    for number in sorted(_DENIED[machine].values()):
        program += [_op(_EQUAL, number, 0, 1), _op(_RETURN, denied)]
    # Threads yes, processes no.
    program += _when(
        looked["clone"], [_op(_LOAD, _ARGUMENT_0), _op(_ANY_BIT, _CLONE_THREAD, 1, 0), _op(_RETURN, denied)]
    )
    # abort() signals its own process; nobody else may be signalled.
    for name in ("kill", "tgkill"):
        program += _when(looked[name], [_op(_LOAD, _ARGUMENT_0), _op(_EQUAL, own_pid, 1, 0), _op(_RETURN, denied)])
    # Limits may be read, not set: the third argument is the new limit.
    program += _when(
        looked["prlimit64"],
        [
            _op(_LOAD, _ARGUMENT_2), _op(_EQUAL, 0, 1, 0), _op(_RETURN, denied),
            _op(_LOAD, _ARGUMENT_2 + 4), _op(_EQUAL, 0, 1, 0), _op(_RETURN, denied),
        ],
    )  # fmt: skip
    program += _when(looked["prctl"], [_op(_LOAD, _ARGUMENT_0), *_any_of(_PRCTL_DENIED, denied)])
    commands = (_F_SETPIPE_SZ, _F_SETOWN, _F_SETOWN_EX, _F_NOTIFY, _F_SETLEASE, *_F_LOCKS)
    program += _when(looked["fcntl"], [_op(_LOAD, _ARGUMENT_1), *_any_of(commands, denied)])
    program += _when(looked["ioctl"], [_op(_LOAD, _ARGUMENT_1), *_any_of(_IOCTL_DENIED, denied)])
    return [*program, _op(_RETURN, _ALLOW)]


def _when(number: int, body: list[bytes]) -> list[bytes]:
    """The body for one call; afterwards the call's number is loaded again for what follows."""
    return [_op(_EQUAL, number, 0, len(body) + 1), *body, _op(_LOAD, _NUMBER)]


def _any_of(values: tuple[int, ...], outcome: int) -> list[bytes]:
    program: list[bytes] = []
    for value in values:
        program += [_op(_EQUAL, value, 0, 1), _op(_RETURN, outcome)]
    return program


def _op(code: int, operand: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return _INSTRUCTION.pack(code, when_true, when_false, operand)
