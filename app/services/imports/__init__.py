"""Files from departments: recognised, looked over, taken in, read again, withdrawn; and what may be used of them."""
