"""Whether a folder lies on a network drive, where SQLite must not work."""

import ctypes
import sys
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "davfs", "webdav"}
)
_NETWORK_FUSE = ("sshfs", "davfs", "rclone", "s3fs", "goofys", "gvfsd-fuse", "glusterfs", "ceph")
_REMOTE = 4
"""What Windows calls a network drive (GetDriveType)."""


def network_drive(folder: Path) -> str | None:
    """Return the kind of the network drive that a folder lies on; None where there is none or nobody knows.

    Args:
        folder: An existing folder.
    """
    place = folder.resolve()
    if sys.platform == "win32":
        if place.drive.startswith("\\\\"):
            return "SMB"
        remote = ctypes.windll.kernel32.GetDriveTypeW(f"{place.drive}\\") == _REMOTE
        return "SMB" if remote else None
    try:
        return network_mount(place, _MOUNTS.read_text("utf-8", "replace"))
    except OSError:
        return None


def network_mount(place: Path, mounts: str) -> str | None:
    """Return the kind of the network file system that a place lies on, by a Linux table of mounts.

    Args:
        place: An absolute path.
        mounts: Lines of device, mount point, kind and more, parted by spaces.
    """
    nearest, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        # Of two at one point the later one covers the earlier one.
        if place.is_relative_to(point) and len(point.parts) >= nearest:
            nearest, kind = len(point.parts), fields[2]
    inner = kind.removeprefix("fuse.")
    is_network = kind in _NETWORK or (kind.startswith("fuse.") and inner.startswith(_NETWORK_FUSE))
    return inner if is_network else None
