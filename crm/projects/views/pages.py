"""The list of projects, a project's page and its forms."""

from flask import Blueprint

bp = Blueprint("projects", __name__)
