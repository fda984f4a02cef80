"""What both HTTP edges stand on: the door every route goes through, bodies, errors, files in ranges."""
