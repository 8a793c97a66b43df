"""The module uses only what Python 3.12's stable ABI has (https://docs.python.org/3/c-api/stable.html). One wheel serves all later
versions, and the build for 3.11, which the tests use, would not tell: a name that is added here was looked up there."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
STABLE = set("""
PyBool_Check PyBUF_C_CONTIGUOUS PyBUF_FORMAT PyBuffer_Release PyCapsule_GetPointer PyCapsule_IsValid PyCapsule_New
PyErr_CheckSignals PyErr_Clear PyErr_Occurred PyErr_SetInterrupt PyErr_SetObject PyEval_RestoreThread PyEval_SaveThread
PyGILState_Ensure PyGILState_GetThisThreadState PyGILState_Release PyGILState_STATE PyIndex_Check PyLong_AsLongLongAndOverflow
PyLong_Check PyNumber_Index PyObject_GetBuffer PySequence_Tuple PyTuple_GetItem PyTuple_Size PyUnicode_AsUTF8AndSize PyUnicode_Check
PyUnicode_DecodeUTF8 PyUnicode_InternFromString Py_IsInitialized Py_buffer Py_ssize_t
""".split())


def test_every_name_is_stable():
    used = set()
    for path in [*(ROOT / "python/src").glob("*.cc"), *(ROOT / "python/src").glob("*.h")]:
        used |= set(re.findall(r"\bPy[A-Za-z]*_[A-Za-z0-9_]+", path.read_text(encoding="utf-8")))
    assert len(used) > 20
    assert used - STABLE == set()
