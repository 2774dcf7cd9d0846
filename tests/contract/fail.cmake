message(FATAL_ERROR "${WHY}")
